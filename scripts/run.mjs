// Other programs, run from the root of the project.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from './root.mjs';

/** Runs a program without a word; throws with everything it said when it fails. */
export async function quietly(program, args) {
	const { code, text } = await capture(program, args);
	if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}\n${text}`);
}

/** Runs a program on this terminal and returns its exit code. */
export function visibly(program, args, options = {}) {
	return ended(spawn(program, args, { cwd: root, stdio: 'inherit', ...options }));
}

/** Runs a program without input: its exit code and everything it said, in the order it came. */
export function capture(program, args, options = {}) {
	const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
	return listen(child);
}

/**
 * The same in a process group of its own, all of which is killed after `limit` milliseconds. A process that left
 * the group and holds the output open is not waited for either; in both cases the code is that of SIGKILL.
 */
export async function captureFor(limit, program, args, options = {}) {
	const stdio = ['ignore', 'pipe', 'pipe'];
	const child = spawn(program, args, { cwd: root, stdio, detached: true, ...options });
	let late = false;
	const timer = setTimeout(() => {
		late = true;
		killGroup(child.pid);
		child.stdout.destroy();
		child.stderr.destroy();
	}, limit);
	const { code, text } = await listen(child);
	clearTimeout(timer);
	return { code: late ? 128 + constants.signals.SIGKILL : code, text };
}

async function listen(child) {
	let text = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (chunk) => {
			text += chunk;
		});
	}
	return { code: await ended(child), text };
}

function killGroup(leader) {
	try {
		process.kill(-leader, 'SIGKILL');
	} catch (error) {
		if (error.code !== 'ESRCH') throw error;
	}
}

/** The exit code of a child, 128 + N after signal N, 127 when it could not be started. */
export function ended(child) {
	return new Promise((resolve) => {
		child.once('error', (error) => {
			console.error(error.message);
			resolve(127);
		});
		child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
	});
}
