import { type Contestant, contest } from '../contest.ts';
import { startDaemon } from '../daemon.ts';
import type { Figure } from '../figure.ts';
import { native } from '../native.ts';
import { microseconds } from '../program.ts';
import { hasS6Log, startS6Log } from '../s6-log.ts';

const flood = [native('lines'), '99999999999', '80', '51'];

/** Whether a service that never stops writing makes a `Run` of somebody else dearer than s6-log does. */
export const logLatency: Figure = {
	name: 'log-latency',
	title: 'Run,/bin/true while another service floods its log',
	about:
		'The flood goes into the output of a daemon of the same archond, or into an s6-log beside an archond; writer and ' +
		'logger have a processor each, so both are dearer than a `Run` in peace.',
	measure: async ({ rounds, scale }) => {
		await using daemon = await startDaemon();
		const ask = (request: string, reply: string, count = '1') =>
			microseconds(native('client'), daemon.socket, count, '1', '1', '1', request, reply);
		const run = () => ask('Run,/bin/true', 'ExitStatus,0', `${Math.ceil(200 * scale)}`);
		const beside = {
			name: 's6-log',
			round: async () => {
				await using _ = await startS6Log(flood);
				return await run();
			},
		};
		const within = {
			name: 'archond',
			target: { atMost: 1.25 },
			round: async () => {
				await ask(`StartDaemon,"${flood.join()}",ARCHON_NAME=loud`, 'Ok');
				const took = await run();
				await ask('Stop,loud,0s', 'Ok');
				await ask('Remove,loud', 'Ok');
				return took;
			},
		};
		const peace = { name: 'in peace', round: run };
		const contestants: Contestant[] = (await hasS6Log())
			? [peace, beside, within]
			: [peace, { ...within, name: 'archond (s6-log is not installed)' }];
		return await contest('µs', rounds, contestants.includes(beside) ? 's6-log' : 'in peace', contestants);
	},
};
