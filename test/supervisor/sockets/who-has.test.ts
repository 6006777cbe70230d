import { fstatSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { turns } from '../../../src/base/pieces.ts';
import type { Socket } from '../../../src/supervisor/sockets/shelf.ts';
import { type Found, lastOf } from '../../../src/supervisor/sockets/who-has.ts';

const me = { pid: process.pid, start: 1 };
const [one, other] = [{} as Socket, {} as Socket];

/** Sockets of this process, by what /proc says of them. */
async function sockets(count: number): Promise<string[]> {
	const found: string[] = [];
	for (let n = 0; n < count; n++) {
		const server = createServer();
		await new Promise<void>((listens) => server.listen(0, '127.0.0.1', () => listens()));
		onTestFinished(() => void server.close());
		const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
		found.push(`socket:[${fstatSync(fd).ino}]`);
	}
	return found;
}

function wanted(all: readonly (readonly [link: string, socket: Socket, number: number, age: number])[]) {
	return new Map<string, Found>(
		all.map(([link, socket, number, age]) => [link, { socket, arrival: { number, age } }]),
	);
}

test('of each socket it is the youngest that somebody has, then the one with the highest number', async () => {
	const [a = '', b = '', c = ''] = await sockets(3);
	const told: number[] = [];
	const look = (all: ReadonlyMap<string, Found>, takers = [me]) =>
		lastOf(takers, all, { turn: turns(), left: 10_000 }, ({ arrival }) => told.push(arrival.number));
	const stranger = 'socket:[1]';
	const found = await look(
		wanted([
			[a, one, 5, 10],
			[b, one, 4, 3],
			[c, other, 9, 0],
			[stranger, one, 99, 0],
		]),
	);
	expect(found).toEqual(
		new Map([
			[one, me],
			[other, me],
		]),
	);
	expect(told.toSorted()).toEqual([4, 5, 9]);
	expect(await look(wanted([[stranger, one, 99, 0]]))).toEqual(new Map());
	expect(await look(wanted([[a, one, 5, 0]]), [{ pid: 2 ** 30, start: 1 }])).toEqual(new Map());
});

test('who has inherited a connection has not accepted it', async () => {
	const [a = ''] = await sockets(1);
	const child = { ...me, start: 2 };
	const found = await lastOf(
		[me, child],
		wanted([[a, one, 5, 0]]),
		{ turn: turns(), left: 10_000 },
		() => {},
	);
	expect(found.get(one)).toBe(me);
});

test('no more descriptors are looked at than there may be', async () => {
	const [a = ''] = await sockets(1);
	const before = readdirSync('/proc/self/fd').length;
	const look = async (left: number) => {
		const walk = { turn: turns(), left };
		return [(await lastOf([me], wanted([[a, one, 5, 0]]), walk, () => {})).size, walk.left] as const;
	};
	const [, left] = await look(before + 10);
	const place = before + 10 - left;
	expect(await look(0)).toEqual([0, 0]);
	expect((await look(1))[0]).toBe(0);
	expect((await look(place - 1))[0]).toBe(0);
	expect((await look(place))[0]).toBe(1);
	expect((await look(place + 1))[0]).toBe(1);
});
