import { contest } from '../contest.ts';
import { startDaemon } from '../daemon.ts';
import type { Figure } from '../figure.ts';
import { native } from '../native.ts';
import { microseconds } from '../program.ts';

/** A `Run` against starting the program oneself. */
export const runOne: Figure = {
	name: 'run',
	title: 'Run,/bin/true, one at a time',
	about:
		'A C client on one connection, from the request to the `ExitStatus`, against vfork, exec and wait in C.',
	tried:
		'What helped: the loop no longer waits for the child to have its own descriptor table; a child resets only the signals its parent ignores; events are written at the end of the turn, behind the next start; an environment without settings is packed once. ' +
		'What is left, by ftrace: the wake-ups client to daemon and keeper to client (10 to 30 µs each on two virtual CPUs), some 40 µs of JavaScript with cold caches between recvmsg and clone3, three opens and setsid in the child, and the second visit of the loop at exec, which takes CPU from the program that starts. ' +
		'Not tried: exec told by inotify on a file the child opens instead of a pipe.',
	measure: async ({ rounds, scale }) => {
		await using daemon = await startDaemon();
		const operations = `${Math.ceil(400 * scale)}`;
		const run = [native('client'), daemon.socket, operations, '1', '1', '1', 'Run,/bin/true', 'ExitStatus,0'];
		return await contest('µs', rounds, 'floor', [
			{ name: 'floor', round: () => microseconds(native('floor'), operations, '1', '/bin/true') },
			{ name: 'archond', round: () => microseconds(...run), target: { atMost: 1.25 } },
		]);
	},
};
