import { contest } from '../contest.ts';
import { startDaemon } from '../daemon.ts';
import { startEchoes } from '../echoes.ts';
import type { Figure } from '../figure.ts';
import { native } from '../native.ts';
import { perSecond } from '../program.ts';

/** Many `Ping`s in flight on one connection against the echo of a C program. */
export const pingPipelined = [64, 256].map(
	(inFlight): Figure => ({
		name: `ping-${inFlight}`,
		title: `Ping, ${inFlight} in flight`,
		about: 'A C client on one connection, against a C program that sends back what came.',
		measure: async ({ rounds, scale }) => {
			await using daemon = await startDaemon();
			await using echoes = await startEchoes();
			const count = Math.ceil(50_000 * scale);
			const pings = (socket: string, reply: string) => () =>
				perSecond(count, native('client'), socket, `${count}`, '1', `${inFlight}`, 'Ping', reply);
			return await contest('per s', 2 * rounds, 'C echo', [
				{ name: 'C echo', round: pings(echoes.c, 'Ping') },
				{ name: 'Node echo', round: pings(echoes.node, 'Ping') },
				{ name: 'archond', round: pings(daemon.socket, 'Ok'), target: { atLeast: 0.4 } },
			]);
		},
	}),
);
