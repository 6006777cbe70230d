import { once } from 'node:events';
import net from 'node:net';
import { onTestFinished } from 'vitest';
import type { Archon } from '../archon.ts';
import { Lines } from './lines.ts';

export type Client = Awaited<ReturnType<typeof client>>;

/** A connection, and the lines that come on it. */
export async function client(archon: Pick<Archon, 'socket'>) {
	const socket = net.connect({ path: archon.socket, allowHalfOpen: true });
	onTestFinished(() => void socket.destroy());
	await once(socket, 'connect');
	const lines = new Lines(socket);
	const say = (text: string) => new Promise<void>((resolve) => socket.write(text, () => resolve()));
	const hear = async (count: number) => {
		const heard: (string | undefined)[] = [];
		while (heard.length < count) {
			heard.push(await lines.next());
		}
		return heard;
	};
	return { socket, say, hear };
}
