// `npm start`: archond in the foreground of this terminal, and beside it a follower, a process of
// its own, that prints each event. Ctrl-S stops the follower alone: the daemon never writes here.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { root } from './root.mjs';
import { capture, ended } from './run.mjs';

const words = process.argv.slice(2);
const client = join(root, 'bin/archonctl');
const socket = socketOption();

let running = true;
let follower;
const archond = spawn(join(root, 'bin/archond'), words, { stdio: 'inherit' });
const exit = ended(archond).finally(() => {
	running = false;
});

// Ctrl-C reaches archond by itself, with the whole group. A closed terminal would be a reload to it.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => archond.kill('SIGTERM'));

const followed = follow(new Date());
process.exitCode = await exit;
// The end of the connection ends the follower, unless Ctrl-S holds it.
await Promise.race([followed, pause(1000)]);
follower?.kill();
process.exit();

// A daemon that crashed has ended its connections: the next follower goes on where this one stopped.
async function follow(from) {
	const since = await firstEvent(from);
	if (!running) return;
	if (since === undefined) {
		await pause(50);
		return follow(from);
	}
	return show(since);
}

async function show(since) {
	// Detached: Ctrl-C is for archond, and what that does about it is still printed.
	const options = { stdio: ['ignore', 'inherit', 'pipe'], detached: true };
	follower = spawn(client, [...socket, 'subscribe', ...since], options);
	const said = text(follower.stderr);
	await ended(follower);
	// It says after which event the connection ended; without one it had shown nothing yet.
	const [latest] = /since=\d+/.exec(await said) ?? since;
	return latest === undefined ? follow(new Date()) : resume(latest);
}

// From an event that is known; the next daemon takes a moment to come up.
async function resume(since) {
	while (running && (await capture(client, [...socket, 'ping'])).code !== 0) await pause(50);
	return running ? show([since]) : undefined;
}

// What `subscribe` needs to begin with the first event after a time; undefined when no daemon answers.
async function firstEvent(time) {
	const { code, text } = await capture(client, [
		...socket,
		'--json',
		'events',
		`since=${time.toISOString()}`,
	]);
	if (code !== 0) return undefined;
	const [first] = JSON.parse(text);
	return first === undefined ? [] : [`since=${first.seq - 1}`];
}

function socketOption() {
	const at = words.findLastIndex((word) => word === '--socket' || word.startsWith('--socket='));
	if (at < 0) return [];
	return words[at] === '--socket' ? words.slice(at, at + 2) : [words[at]];
}
