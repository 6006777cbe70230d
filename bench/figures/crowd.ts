import { contest } from '../contest.ts';
import { startDaemon } from '../daemon.ts';
import type { Figure } from '../figure.ts';
import { native } from '../native.ts';
import { companion, microseconds } from '../program.ts';

const crowd = 10_000;

/** Whether idle connections make a start dearer. */
export const crowded: Figure = {
	name: 'crowd',
	title: `Run,/bin/true with ${crowd} idle connections`,
	about: 'The same client against two daemons, one of which holds the connections. No target of its own.',
	measure: async ({ rounds, scale }) => {
		await using alone = await startDaemon();
		await using full = await startDaemon();
		await using _ = await companion([native('hold'), full.socket, `${crowd}`], 'ready');
		const operations = `${Math.ceil(300 * scale)}`;
		const run = (socket: string) => () =>
			microseconds(native('client'), socket, operations, '1', '1', '1', 'Run,/bin/true', 'ExitStatus,0');
		return await contest('µs', rounds, 'archond', [
			{ name: 'floor', round: () => microseconds(native('floor'), operations, '1', '/bin/true') },
			{ name: 'archond', round: run(alone.socket) },
			{ name: `archond, ${crowd} connections`, round: run(full.socket) },
		]);
	},
};
