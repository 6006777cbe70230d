import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { Framer } from '../../src/protocol/frame.ts';
import { parseRecord } from '../../src/protocol/record.ts';

export type Peer = {
	readonly socket: string;
	/** Every record that came, in order of arrival. */
	readonly heard: (readonly string[])[];
	/** The next record that satisfies this, also one that came already. */
	hears(wanted: (record: readonly string[]) => boolean): Promise<void>;
};

/** How a peer behaves: called for each record with its fields and the connection it came over. */
export type Behaviour = (record: readonly string[], connection: net.Socket) => void;

/** Listens where archond would, until the test ends. It says only what the test wants said. */
export async function peer(behaviour: Behaviour): Promise<Peer> {
	const heard: (readonly string[])[] = [];
	const waiting = new Set<() => void>();
	const socket = await listener((connection) => {
		const framer = new Framer();
		connection.setEncoding('latin1').resume();
		connection.on('data', (text: string) => {
			framer.push(text);
			for (let frame = framer.next(); frame !== undefined; frame = framer.next()) {
				const fields = frame.tag === 'record' ? parseRecord(frame.text, frame.quoted) : ['bad'];
				if (Array.isArray(fields)) {
					heard.push(fields);
					behaviour(fields, connection);
				}
			}
			for (const look of waiting) {
				look();
			}
		});
	});
	const hears = (wanted: (record: readonly string[]) => boolean) =>
		new Promise<void>((resolve) => {
			const look = () => {
				if (heard.some(wanted)) {
					waiting.delete(look);
					resolve();
				}
			};
			waiting.add(look);
			look();
		});
	return { socket, heard, hears };
}

/** A socket whose connections are not read from unless the test does; gone when that ends. */
export async function listener(meet: (connection: net.Socket) => void): Promise<string> {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'archon-peer-'));
	const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (connection) => {
		connection.on('error', () => {});
		meet(connection);
	});
	await once(server.listen(path.join(folder, 'socket')), 'listening');
	onTestFinished(() => {
		server.close();
		fs.rmSync(folder, { recursive: true });
	});
	return path.join(folder, 'socket');
}

/** Says the same to each record. */
export function says(text: string): Behaviour {
	return (_, connection) => connection.write(text, 'latin1');
}
