import { contest } from '../contest.ts';
import { startDaemon } from '../daemon.ts';
import type { Figure } from '../figure.ts';
import { native } from '../native.ts';
import { perSecond } from '../program.ts';

/** `Run` on 16 connections against 16 children at once. */
export const runSixteen: Figure = {
	name: 'run-16',
	title: 'Run,/bin/true, 16 at once',
	about:
		'A C client with a `Run` in flight on each of 16 connections, against a C loop that keeps 16 children.',
	tried:
		'At the edge of what is measured here: rounds lie on both sides of the target, and under other load the floor suffers more. What helped is told with `run`; the events of a turn are written with one write.',
	measure: async ({ rounds, scale }) => {
		await using daemon = await startDaemon();
		const count = Math.ceil(1600 * scale);
		const run = [
			native('client'),
			daemon.socket,
			`${count}`,
			'16',
			'1',
			'1',
			'Run,/bin/true',
			'ExitStatus,0',
		];
		return await contest('per s', rounds, 'floor', [
			{ name: 'floor', round: () => perSecond(count, native('floor'), `${count}`, '16', '/bin/true') },
			{ name: 'archond', round: () => perSecond(count, ...run), target: { atLeast: 0.85 } },
		]);
	},
};
