import net from 'node:net';
import type { Random } from './random.ts';
import type { Stage } from './stage.ts';

/** How long all of it may take, milliseconds: longer than any stop timeout of the cast. */
const patience = 40_000;

/** What came on a connection on which requests were sent. */
export type Heard = {
	/** All lines, also what no request had asked for. */
	readonly lines: readonly string[];
	/** Whether it ended before there was a line for each. */
	readonly isCut: boolean;
};

/**
 * Sends requests that are answered by a line each, all at once or in two parts, and waits until all is said and the
 * connection has ended. `hit` is done once the first byte was sent, or once the first one came.
 */
export function talk(
	stage: Stage,
	random: Random,
	requests: readonly string[],
	hit: () => void,
): Promise<Heard> {
	const bytes = requests.map((it) => `${it}\n`).join('');
	const [isEarly, isHalf] = [random.next() < 0.5, random.next() < 0.3];
	const first = random.next() < 0.5 ? 1 : random.below(bytes.length);
	return new Promise((resolve) => {
		const socket = net.connect({ path: stage.socket, allowHalfOpen: true });
		let said = '';
		let isWhole = false;
		const late = setTimeout(() => socket.destroy(), patience);
		socket.setEncoding('latin1');
		socket.on('connect', () => {
			socket.write(bytes.slice(0, first), () => {
				if (isEarly) {
					hit();
				}
				socket[isHalf ? 'end' : 'write'](bytes.slice(first));
			});
		});
		socket.on('data', (chunk: Buffer | string) => {
			if (said === '' && !isEarly) {
				hit();
			}
			said += String(chunk);
			if (!isWhole && said.split('\n').length > requests.length) {
				isWhole = true;
				// What is said beyond that is heard before the end.
				socket.end();
			}
		});
		socket.on('error', () => {});
		socket.on('end', () => socket.end());
		socket.on('close', () => {
			clearTimeout(late);
			resolve({ lines: said.split('\n').slice(0, -1), isCut: !isWhole });
		});
	});
}
