import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { contest } from '../contest.ts';
import { startDaemon } from '../daemon.ts';
import type { Figure } from '../figure.ts';

/** A burst of events to a hundred subscribers against one. */
export const subscribers: Figure = {
	name: 'subscribers',
	title: 'A burst of events, until every subscriber has it',
	about:
		'Each event is the answer to a pipelined `Pause` or `Resume` of one process; the subscribers read in one Node. ' +
		'With 100 each event is sent 100 times.',
	measure: async ({ rounds, scale }) => {
		const pairs = Math.ceil(5000 * scale);
		const burst = async (count: number) => {
			await using daemon = await startDaemon();
			const client = connect(daemon.socket).setEncoding('latin1');
			await asked(client, 'StartDaemon,"sleep,1000",ARCHON_NAME=x\n', 1);
			const readers = Array.from({ length: count }, () => connect(daemon.socket).setEncoding('latin1'));
			await Promise.all(readers.map((reader) => asked(reader, 'Subscribe\n', 1)));
			const begin = performance.now();
			const heard = readers.map((reader) => asked(reader, '', 2 * pairs));
			await Promise.all([asked(client, 'Pause,x\nResume,x\n'.repeat(pairs), 2 * pairs), ...heard]);
			const took = performance.now() - begin;
			for (const socket of [client, ...readers]) {
				socket.destroy();
			}
			return [took];
		};
		return await contest('ms', rounds, 'one', [
			{ name: 'one', round: () => burst(1) },
			{ name: '100', round: () => burst(100) },
		]);
	},
};

/** Sends a text and resolves when so many lines have come. */
function asked(socket: Socket, text: string, lines: number): Promise<void> {
	return new Promise((resolve) => {
		let left = lines;
		const hear = (chunk: string) => {
			for (let at = chunk.indexOf('\n'); at >= 0; at = chunk.indexOf('\n', at + 1)) {
				left--;
			}
			if (left <= 0) {
				socket.off('data', hear);
				resolve();
			}
		};
		socket.on('data', hear);
		socket.write(text, 'latin1');
	});
}
