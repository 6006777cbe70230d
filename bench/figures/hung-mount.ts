import { contest } from '../contest.ts';
import { type Daemon, startDaemon } from '../daemon.ts';
import type { Figure } from '../figure.ts';
import { native } from '../native.ts';
import { freshDirectory } from '../place.ts';
import { companion, microseconds } from '../program.ts';

const window = '300';

/** Whether a program that cannot even be opened holds the daemon up. */
export const hungMount: Figure = {
	name: 'hung-mount',
	title: 'The slowest Ping while a program is started from a hung mount',
	about:
		`Ping after Ping for ${window} ms beside one StartDaemon, of an ordinary program and of one on a FUSE mount that ` +
		'never answers whoever opens it; 5 s would be a daemon that waits for it. Needs root.',
	measure: async ({ rounds }) => {
		// Two, so that one that is held up does not hold up the others' contestant.
		await using free = await startDaemon();
		await using tried = await startDaemon();
		await using directory = await freshDirectory();
		await using _ = await companion([native('hang'), directory.path], 'mounted');
		const slowest = ({ socket }: Daemon, ...request: string[]) =>
			microseconds(native('during'), socket, window, ...request);
		return await contest('µs', 2 * rounds, 'an ordinary program', [
			{ name: 'no start', round: () => slowest(free) },
			{ name: 'an ordinary program', round: () => slowest(free, `StartDaemon,${native('pause')}`) },
			{
				name: 'a program on a hung mount',
				round: () => slowest(tried, `StartDaemon,${directory.path}/program`),
				target: { atMost: 1.5 },
			},
		]);
	},
};
