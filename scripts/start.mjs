// `npm start`: archond in the foreground of this terminal, and beside it a follower, a process of
// its own, that prints each event. Ctrl-S stops the follower alone: the daemon never writes here.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { root } from './root.mjs';
import { ended } from './run.mjs';

const words = process.argv.slice(2);
const archond = spawn(join(root, 'bin/archond'), words, { stdio: 'inherit' });
let running = true;
let printer;
const exit = ended(archond).finally(() => {
	running = false;
});

// Ctrl-C reaches archond by itself, with the whole group. A closed terminal would be a reload to it.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => archond.kill('SIGTERM'));

const followed = follow();
process.exitCode = await exit;
// The end of the connection ends the follower, unless Ctrl-S holds it.
await Promise.race([followed, pause(1000)]);
printer?.kill();
process.exit();

// A daemon that is started again has ended its connections: then the next follower takes over.
async function follow() {
	while (running) {
		const answers = (await ended(archonctl(['ping'], { stdio: 'ignore' }))) === 0;
		if (answers) {
			printer = archonctl(['subscribe'], { stdio: ['ignore', 'inherit', 'ignore'], detached: true });
			await ended(printer);
		} else {
			await pause(50);
		}
	}
}

function archonctl(verb, options) {
	return spawn(join(root, 'bin/archonctl'), [...socketOption(), ...verb], options);
}

function socketOption() {
	const at = words.findLastIndex((word) => word === '--socket' || word.startsWith('--socket='));
	if (at < 0) return [];
	return words[at] === '--socket' ? words.slice(at, at + 2) : [words[at]];
}
