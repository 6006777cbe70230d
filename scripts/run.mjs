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

/**
 * Runs a program without input: its exit code and everything it said, in the order it came. With a `limit`
 * (milliseconds) and `detached`, its process group is killed after that time.
 */
export async function capture(program, args, { limit = 0, ...options } = {}) {
	const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
	const timer = limit > 0 ? setTimeout(() => process.kill(-child.pid, 'SIGKILL'), limit) : undefined;
	let text = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (chunk) => {
			text += chunk;
		});
	}
	const code = await ended(child);
	clearTimeout(timer);
	return { code, text };
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
