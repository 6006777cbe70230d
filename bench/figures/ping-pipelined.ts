import { contest } from '../contest.ts';
import { startDaemon } from '../daemon.ts';
import { startEchoes } from '../echoes.ts';
import type { Figure, Target } from '../figure.ts';
import { native } from '../native.ts';
import { perSecond } from '../program.ts';

type Pipeline = { readonly inFlight: number; readonly atOnce: number; readonly target?: Target };

/** Many `Ping`s in flight on one connection against the echo of a C program. */
export const pingPipelined: readonly Figure[] = [
	pipelined({ inFlight: 64, atOnce: 1, target: { atLeast: 0.4 } }),
	pipelined({ inFlight: 256, atOnce: 1, target: { atLeast: 0.4 } }),
	pipelined({ inFlight: 256, atOnce: 256 }),
];

function pipelined({ inFlight, atOnce, target }: Pipeline): Figure {
	const batched = atOnce > 1;
	return {
		name: batched ? `ping-${inFlight}-batched` : `ping-${inFlight}`,
		title: `Ping, ${inFlight} in flight${batched ? ', sent in batches' : ''}`,
		about: batched
			? 'A C client that sends as many records at once as it may, which a C echo answers with one read and one ' +
				'write; no target, but what parsing costs shows here.'
			: 'A C client on one connection that sends each record by itself, against a C program that sends back what came.',
		measure: async ({ rounds, scale }) => {
			await using daemon = await startDaemon();
			await using echoes = await startEchoes();
			const count = Math.ceil(50_000 * scale);
			const shape = [`${count}`, '1', `${inFlight}`, `${atOnce}`, 'Ping'];
			const pings = (socket: string, reply: string) => () =>
				perSecond(count, native('client'), socket, ...shape, reply);
			return await contest('per s', 2 * rounds, 'C echo', [
				{ name: 'C echo', round: pings(echoes.c, 'Ping') },
				{ name: 'Node echo', round: pings(echoes.node, 'Ping') },
				{ name: 'archond', round: pings(daemon.socket, 'Ok'), ...(target && { target }) },
			]);
		},
	};
}
