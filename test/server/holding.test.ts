import { expect, test } from 'vitest';
import { ConnectionPlaces } from '../../src/keeper/connection-places.ts';
import { Holding, isBefore } from '../../src/server/holding.ts';
import type { Piece } from '../../src/server/intake.ts';

/** Connection 2, and what the keeper, the file and the descriptors see of it, in order. */
function held(options: { isFull?: boolean; most?: number; pieces?: Piece[] } = {}) {
	const connections = new ConnectionPlaces(new Int32Array(24), 0, 3);
	const seen: string[] = [];
	let [number, fds] = [100, 0];
	const holding = new Holding(
		{
			ledger: { connections, nextRequest: () => ++number },
			intake: {
				write: (it) => {
					seen.push(`write ${it.number} after ${it.before} from ${it.from}: ${it.text}[${it.fds}]`);
					return options.isFull !== true;
				},
				forget: (it) => seen.push(`forget ${it.number}`),
			},
			kept: {
				claim: () => (fds < (options.most ?? 9) ? fds++ : -1),
				put: (number, fd) => seen.push(`put ${fd} as ${number}`),
				drop: (number) => seen.push(`drop ${number}`),
			},
		},
		2,
		options.pieces,
	);
	return { holding, connections, seen: () => seen.splice(0) };
}

test('what is read is written down, and taken when that is marked, one behind the other', () => {
	const { holding, connections, seen } = held();
	const [first, taken] = [holding.take('Run,a\n', []), () => connections.taken(2)];
	expect(taken()).toBe(0);
	first?.set([82]);
	expect(taken()).toBe(101);
	expect([holding.take('Ru', [])?.length, taken()]).toEqual([1, 101]);
	expect(seen()).toEqual(['write 101 after 0 from 0: Run,a\n[]', 'write 102 after 101 from 6: Ru[]']);
});

test('the keeper holds what came along only once its numbers are written down', () => {
	const { holding, seen } = held();
	expect(holding.take('Run,a\n', [7, 8])).toBeDefined();
	expect(seen()).toEqual([...['write 101 after 0 from 0: Run,a\n[0,1]', 'put 7 as 0', 'put 8 as 1']]);
});

test('what cannot be written down is not taken, nor are its descriptors kept', () => {
	const full = held({ isFull: true });
	expect(full.holding.take('Run\n', [7, 8])).toBeUndefined();
	expect(full.seen().slice(1)).toEqual(['forget 101', 'drop 0', 'drop 1']);
	const many = held({ most: 1 });
	expect(many.holding.take('Run\n', [7, 8])).toBeUndefined();
	expect(many.seen()).toEqual(['forget 101', 'drop 0', 'drop -1']);
});

test('what begins with a NUL is not taken: it would mark nothing', () => {
	const { holding, seen } = held();
	expect([holding.take('\0Run', []), seen()]).toEqual([undefined, []]);
});

test('16 descriptors are held for a record, and of more none', () => {
	const { holding, seen } = held({ most: 99 });
	expect(holding.take('R', Array(16).fill(7))).toBeDefined();
	seen();
	expect(holding.take('u', [])).toBeDefined();
	expect(holding.take('n', [7])).toBeUndefined();
	seen();
	holding.abandon();
	expect(seen().filter((it) => it.startsWith('drop'))).toHaveLength(16);
	expect(holding.take('Run', Array(17).fill(7))).toBeUndefined();
});

test('a record is in flight between its ends, and its piece is forgotten when all of that has replies', () => {
	const { holding, connections, seen } = held();
	holding.take('Run,a\nRun,b\n', []);
	expect(holding.begin(12, 6)).toBe(102);
	expect([connections.position(2), connections.next(2), connections.inFlight(2)]).toEqual([0, 6, 102]);
	holding.replied(6);
	expect(holding.begin(6, 0)).toBe(103);
	expect([connections.position(2), connections.next(2), connections.isWhole(2)]).toEqual([6, 12, true]);
	seen();
	holding.replied(0);
	expect(seen()).toEqual(['forget 101']);
	holding.take('x', []);
	expect(seen()[0]).toBe('write 104 after 0 from 12: x[]');
});

test('it is whole again only when what loosened it has its reply', () => {
	const { holding, connections } = held();
	holding.settle(0);
	expect(connections.isWhole(2)).toBe(true);
	holding.loosen();
	expect(connections.isWhole(2)).toBe(false);
	holding.settle(0);
	expect(connections.isWhole(2)).toBe(true);
	holding.abandon();
	expect(connections.isWhole(2)).toBe(false);
});

test('descriptors that were handed on are dropped at once, and that is written down', () => {
	const { holding, seen } = held();
	holding.take('Run,a\n', [7, 8]);
	holding.begin(6, 0);
	seen();
	holding.handedOn();
	expect(seen()).toEqual(['drop 0', 'drop 1', 'write 101 after 0 from 0: Run,a\n[]']);
	holding.replied(0);
	expect(seen()).toEqual(['forget 101']);
});

test('where it cannot be written down, nobody takes them by numbers that are free by then', () => {
	const options = { isFull: false };
	const { holding, connections } = held(options);
	holding.settle(0);
	holding.take('Run,a\n', [7]);
	holding.begin(6, 0);
	options.isFull = true;
	expect([...holding.handedOn()]).toEqual([101]);
	expect(connections.isWhole(2)).toBe(false);
});

test('descriptors that came with a later record in the same read stay where they are', () => {
	const { holding, seen } = held();
	holding.take('Run,a\nRun,b\n', [7]);
	holding.begin(12, 6);
	seen();
	holding.handedOn();
	expect(seen()).toEqual([]);
	holding.begin(6, 0);
	holding.handedOn();
	expect(seen()).toEqual(['drop 0', 'write 101 after 0 from 0: Run,a\nRun,b\n[]']);
});

test('descriptors that nobody wanted go with their piece', () => {
	const { holding, seen } = held();
	holding.take('Stop,a\n', [7]);
	seen();
	holding.replied(0);
	expect(seen()).toEqual(['forget 101', 'drop 0']);
});

test('one that was taken back goes on behind what was written down', () => {
	const old = { number: 9, before: 0, from: 4_294_967_290, text: 'Run,a\nRun', fds: [] };
	const { holding, seen } = held({ pieces: [old] });
	holding.take(',b\n', []);
	expect(seen()[0]).toBe('write 101 after 9 from 3: ,b\n[]');
	expect([isBefore(old, 2), isBefore(old, 3)]).toEqual([false, true]);
});
