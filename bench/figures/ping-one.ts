import { contest } from '../contest.ts';
import { startDaemon } from '../daemon.ts';
import { startEchoes } from '../echoes.ts';
import type { Figure } from '../figure.ts';
import { native } from '../native.ts';
import { microseconds } from '../program.ts';

/** A `Ping` against the echo of a bare Node. */
export const pingOne: Figure = {
	name: 'ping',
	title: 'Ping, one at a time',
	about: 'A C client on one connection, against a Node that sends back what came (`node:net`).',
	measure: async ({ rounds, scale }) => {
		await using daemon = await startDaemon();
		await using echoes = await startEchoes();
		const operations = `${Math.ceil(1500 * scale)}`;
		const ping = (socket: string, reply: string) => () =>
			microseconds(native('client'), socket, operations, '1', '1', '1', 'Ping', reply);
		return await contest('µs', 3 * rounds, 'Node echo', [
			{ name: 'C echo', round: ping(echoes.c, 'Ping') },
			{ name: 'Node echo', round: ping(echoes.node, 'Ping') },
			{ name: 'archond', round: ping(daemon.socket, 'Ok'), target: { atMost: 1.5 } },
		]);
	},
};
