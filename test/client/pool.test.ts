import type net from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Connection } from '../../src/client/connection.ts';
import { Pool } from '../../src/client/pool.ts';
import { listener } from '../cli/peer.ts';

/** A pool, and the other ends of its connections; each says Ok to whatever comes. */
async function pool(): Promise<{ pool: Pool; ends: net.Socket[] }> {
	const ends: net.Socket[] = [];
	const path = await listener((end) => {
		ends.push(end);
		end.on('data', () => end.write('Ok\n')).resume();
	});
	const made = new Pool(path);
	onTestFinished(() => made.close());
	return { pool: made, ends };
}

const ping = (connection: Connection) => connection.call(['Ping']);

test('one connection serves what is asked in turn, several what is asked at once; few are kept', async () => {
	const { pool: made, ends } = await pool();
	await made.use(ping);
	await made.use(ping);
	expect(ends.length).toBe(1);
	await Promise.all(Array.from({ length: 9 }, () => made.use(ping)));
	expect(ends.length).toBe(9);
	await Promise.all(Array.from({ length: 4 }, () => made.use(ping)));
	expect(ends.length).toBe(9);
	await Promise.all(Array.from({ length: 5 }, () => made.use(ping)));
	expect(ends.length).toBe(10);
});

test('one that has ended at rest is not asked, be it noticed or not', async () => {
	const { pool: made, ends } = await pool();
	await made.use(ping);
	ends[0]?.destroy();
	// In the same turn: the end is not noticed yet, and nothing can have been asked.
	expect((await made.use(ping)).final).toEqual({ tag: 'ok' });
	expect(ends.length).toBe(2);
	ends[1]?.destroy();
	await new Promise(setImmediate);
	expect((await made.use(ping)).final).toEqual({ tag: 'ok' });
});

test('one over which something failed is not used again', async () => {
	const { pool: made, ends } = await pool();
	await expect(made.use(async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
	await made.use(ping);
	expect(ends.length).toBe(2);
});

test('a daemon that ends over a request rejects it: whether it was done is not known', async () => {
	const path = await listener((end) => void end.on('data', () => end.destroy()).resume());
	const made = new Pool(path);
	await expect(made.use(ping)).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('what is closed lends nothing out', async () => {
	const { pool: made } = await pool();
	await made.use(ping);
	made.close();
	await expect(made.use(ping)).rejects.toThrow('closed');
});
