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
