import { contest } from '../contest.ts';
import { startDaemon } from '../daemon.ts';
import type { Figure } from '../figure.ts';
import { native } from '../native.ts';
import { archonctl } from '../place.ts';
import { microseconds } from '../program.ts';

/** What asking from a shell costs, against a command that does nothing. */
export const commandLine: Figure = {
	name: 'archonctl',
	title: 'archonctl ping',
	about: 'From vfork to its end, against a static C program that does nothing; a dynamic one beside it.',
	measure: async ({ rounds, scale }) => {
		await using daemon = await startDaemon();
		const command =
			(...argv: string[]) =>
			() =>
				microseconds(native('floor'), `${Math.ceil(300 * scale)}`, '1', ...argv);
		return await contest('µs', rounds, 'nothing', [
			{ name: 'nothing', round: command(native('nothing')) },
			{ name: 'nothing, dynamic', round: command(native('nothing-dynamic')) },
			{
				name: 'archonctl ping',
				round: command(archonctl, '--socket', daemon.socket, 'ping'),
				target: { atMost: 2 },
			},
		]);
	},
};
