// Has a daemon live through what matters how long it takes (a start, and taking over from one that was killed), so that
// what it compiles on the way can be kept. Where that cannot be done there is nothing to keep, and no more is lost.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './root.mjs';

/** How long it may take, milliseconds. */
const patience = 10_000;

const toml = `
[service.a]
run = ["sleep", "60"]
[service.b]
run = ["sleep", "60"]
requires = ["a"]
`;

/** `program`: the text of what starts the daemon, found in dist/. */
export async function rehearse(program) {
	const directory = mkdtempSync(join(tmpdir(), 'archon-build-'));
	const bundle = join(root, 'dist/rehearsal.cjs');
	writeFileSync(bundle, program);
	const keeper = start(directory, bundle);
	const late = setTimeout(() => keeper.kill('SIGKILL'), patience);
	const gone = once(keeper, 'exit');
	try {
		await said(keeper.stdout, 'listening');
		await ask(directory, 'Wait,b,running');
		process.kill(daemonOf(keeper.pid), 'SIGKILL');
		await said(keeper.stderr, 'starting it again');
		await ask(directory, 'Status');
		await ask(directory, 'Shutdown');
		await gone;
	} catch {
		keeper.kill('SIGKILL');
	} finally {
		clearTimeout(late);
		rmSync(bundle);
		rmSync(directory, { recursive: true, force: true });
	}
}

function start(directory, bundle) {
	const config = join(directory, 'archon.toml');
	writeFileSync(config, toml);
	const at = (name) => join(directory, name);
	const args = [
		'--socket',
		at('archon.sock'),
		'--state-dir',
		at('state'),
		'--log-dir',
		at('log'),
		'--config',
		config,
	];
	const keeper = spawn(join(root, 'native/build/Release/archond'), args, {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { PATH: process.env.PATH, HOME: directory, ARCHON_DAEMON: bundle },
	});
	keeper.on('error', () => keeper.emit('exit'));
	return keeper;
}

/** Resolves when `text` was said; fails when nothing more will be. */
async function said(stream, text) {
	let all = '';
	for await (const piece of stream.iterator({ destroyOnReturn: false })) {
		all += piece;
		if (all.includes(text)) return;
	}
	throw new Error(all);
}

function daemonOf(keeper) {
	const children = readFileSync(`/proc/${keeper}/task/${keeper}/children`, 'latin1').trim().split(' ');
	const found = children.find((pid) =>
		readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('rehearsal.cjs'),
	);
	if (found === undefined) throw new Error('there is no daemon');
	return Number(found);
}

async function ask(directory, request) {
	const socket = connect(join(directory, 'archon.sock'));
	socket.write(`${request}\n`);
	await once(socket, 'data');
	socket.destroy();
}
