import net from 'node:net';
import { type Gap, isAmid } from './gap.ts';
import { now } from './notes.ts';
import type { Random } from './random.ts';
import type { Timed } from './say.ts';
import type { Stage } from './stage.ts';

/** How long all of it may take, milliseconds: longer than any stop timeout of the cast. */
const patience = 180_000;

/** What came on a connection on which requests were sent. */
export type Heard = {
	/** All lines, also what no request had asked for. */
	readonly lines: readonly string[];
	/** Whether it ended before there was a line for each. */
	readonly isCut: boolean;
	/** When its end was seen (`now`). */
	readonly ended: number;
};

/**
 * Sends requests that are answered by a line each, all at once or in two parts, and waits until all is said and the
 * connection has ended.
 */
export function talk(
	stage: Stage,
	random: Random,
	requests: readonly string[],
	blow?: Timed,
): Promise<Heard> {
	const bytes = requests.map((it) => `${it}\n`).join('');
	const isHalf = random.isUnder(0.3);
	const first = random.isUnder(0.5) ? 1 : 1 + random.below(bytes.length - 1);
	return new Promise((resolve) => {
		const socket = net.connect({ path: stage.socket, allowHalfOpen: true });
		let said = '';
		let isWhole = false;
		const late = setTimeout(() => socket.destroy(), patience);
		socket.setEncoding('latin1');
		socket.on('connect', () => {
			socket.write(bytes.slice(0, first), () => {
				if (blow?.isEarly) {
					blow.fall();
				}
				socket[isHalf ? 'end' : 'write'](bytes.slice(first));
			});
		});
		socket.on('data', (chunk: Buffer | string) => {
			if (said === '' && blow?.isEarly === false) {
				blow.fall();
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
			resolve({ lines: said.split('\n').slice(0, -1), isCut: !isWhole, ended: now() });
		});
	});
}

/** Whether it ended while a keeper was being replaced: one that ended before, or goes on after, has nothing to do with that. */
export function isBeheaded({ isCut, ended }: Heard, gap: Gap | undefined): boolean {
	return isCut && isAmid(gap, ended);
}

/** A reply, then that to the `Ping` behind: a daemon that dies while it answers that costs the connection, and nothing else. */
export function isBehindRight({ lines, isCut }: Heard): boolean {
	return isCut ? lines.length === 1 : lines.length === 2 && lines[1] === 'Ok';
}

export function saidOf({ lines, isCut }: Heard): string {
	return `${lines.join(' ') || 'nothing'}${isCut ? ', then the end' : ''}`;
}
