import net from 'node:net';
import type { Stage } from './stage.ts';

/** A blow that falls when the first byte was sent, or when the first one came. */
export type Timed = { readonly isEarly: boolean; readonly fall: () => void };

/** Sends a request and waits for one line; undefined when the connection ends without one. */
export function say(stage: Stage, bytes: string, blow?: Timed): Promise<string | undefined> {
	return new Promise((resolve) => {
		const socket = net.connect(stage.socket);
		let said = '';
		socket.setEncoding('latin1');
		socket.on('connect', () => {
			socket.write(bytes.slice(0, 1));
			if (blow?.isEarly) {
				blow.fall();
			}
			socket.write(bytes.slice(1));
		});
		socket.on('data', (chunk: Buffer | string) => {
			if (said === '' && blow?.isEarly === false) {
				blow.fall();
			}
			said += String(chunk);
			if (said.includes('\n')) {
				socket.destroy();
			}
		});
		socket.on('error', () => {});
		socket.on('close', () => resolve(said.includes('\n') ? said.slice(0, said.indexOf('\n')) : undefined));
	});
}
