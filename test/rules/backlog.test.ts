import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { Backlog, mostWaiting, tell, type Waiting } from '../../src/rules/backlog.ts';
import { fairBatch } from '../../src/rules/fair.ts';
import type { Host } from '../../src/rules/host.ts';
import type { Resident } from '../../src/rules/resident.ts';
import type { Outcome } from '../../src/rules/thread.ts';
import { shown } from './caller.ts';

const answer: Outcome = { actions: [] };

/** A backlog of calls `1` to `count`, and who was told what. */
function backlog(count: number) {
	const told: string[] = [];
	const all = new Backlog();
	const waiting = Array.from(
		{ length: count },
		(_, i): Waiting => ({
			order: i + 1,
			call: { file: 'a.lua', title: String(i + 1), event: {} },
			done: (outcome) => told.push(`${i + 1} ${shown(outcome)}`.trim()),
		}),
	);
	for (const one of waiting) {
		all.add(one);
	}
	return { all, told, waiting };
}

test('calls are taken and answered in their order', () => {
	const { all, told } = backlog(3);
	expect([all.take()?.order, all.take()?.order, all.waiting, all.pending]).toEqual([1, 2, 1, 3]);
	tell(all.answered(answer));
	tell(all.answered({ wrong: 'oh', line: 0 }));
	expect(told).toEqual(['1', '2 wrong: oh']);
	expect([all.take()?.order, all.take(), all.pending]).toEqual([3, undefined, 1]);
});

test('what is taken back is taken again', () => {
	const { all } = backlog(3);
	all.take();
	all.take();
	tell(all.answered(answer));
	all.recall();
	expect([all.take()?.order, all.take()?.order, all.take()]).toEqual([2, 3, undefined]);
});

test('an outcome that is known before its turn is told in its turn, and the call is not taken again', () => {
	const { all, told, waiting } = backlog(3);
	(waiting[1] as Waiting).outcome = { wrong: 'lost', line: 0 };
	tell(all.settled());
	expect(told).toEqual([]);
	expect([all.take()?.order, all.take()?.order, all.take()]).toEqual([1, 3, undefined]);
	tell(all.answered(answer));
	expect(told).toEqual(['1', '2 wrong: lost']);
	tell(all.answered(answer));
	expect([told[2], all.pending, all.waiting]).toEqual(['3', 0, 0]);
});

test('all that fit are given an outcome, and told once', () => {
	const { all, told } = backlog(3);
	tell(all.fail({ wrong: 'gone', line: 0 }, ({ title }) => title !== '2'));
	expect(told).toEqual(['1 wrong: gone']);
	expect([all.take()?.order, all.take()]).toEqual([2, undefined]);
	tell(all.answered(answer));
	expect(told).toEqual(['1 wrong: gone', '2', '3 wrong: gone']);
});

test('there is room for so many and no more, and again when one is answered', () => {
	const { all, waiting } = backlog(mostWaiting);
	const one = waiting[0] as Waiting;
	expect(all.pending).toBe(mostWaiting);
	expect(all.add(one)).toBe(false);
	all.take();
	all.answered(answer);
	expect(all.add(one)).toBe(true);
	expect(all.add(one)).toBe(false);
});

test('what was answered is let go: it goes on for ever', () => {
	const { all, waiting } = backlog(2000);
	for (let i = 0; i < 10_000; i++) {
		const taken = all.take();
		expect(taken?.order).toBe((i % 2000) + 1);
		expect(all.answered(answer).length).toBe(1);
		const { order, call, done } = waiting[i % 2000] as Waiting;
		all.add({ order, call, done });
	}
	expect(all.pending).toBe(2000);
});

function residents(...counts: number[]): Resident[] {
	let order = 0;
	return counts.map((count, i) => {
		const file = `${i}.lua`;
		const all = new Backlog();
		for (let n = 0; n < count; n++) {
			all.add({ order: order++, call: { file, title: String(n), event: {} }, done: () => {} });
		}
		const host = undefined as unknown as Host;
		return { file, source: '', state: undefined, backlog: all, host, isPaused: false, isBroken: false };
	});
}

function counted(of: readonly Resident[], most: number, turns = { last: 0 }): number[] {
	const taken = fairBatch(of, most, turns);
	expect(taken.map(({ waiting }) => waiting.order)).toEqual(
		taken.map(({ waiting }) => waiting.order).toSorted((one, other) => one - other),
	);
	return of.map((resident) => taken.filter((it) => it.resident === resident).length);
}

test('what fits is taken whole, in the order of asking', () => {
	expect(counted(residents(3, 0, 5), 8)).toEqual([3, 0, 5]);
	expect(counted(residents(), 8)).toEqual([]);
});

test('where more wait each file gets as much as any other, and what one does not need goes to the others', () => {
	expect(counted(residents(100, 100), 8)).toEqual([4, 4]);
	expect(counted(residents(100, 1, 100), 9)).toEqual([4, 1, 4]);
	expect(counted(residents(100, 1), 1)).toEqual([1, 0]);
});

test('where there are more files than room, they take turns', () => {
	const turns = { last: 0 };
	const of = residents(10, 10, 10);
	const sum = [0, 0, 0];
	for (let i = 0; i < 3; i++) {
		counted(of, 2, turns).forEach((count, at) => {
			sum[at] = (sum[at] ?? 0) + count;
		});
	}
	expect(sum).toEqual([2, 2, 2]);
});

test('nothing is kept of what was told', async () => {
	const all = new Backlog();
	const one = (): WeakRef<Outcome> => {
		const outcome: Outcome = { wrong: 'x'.repeat(1000), line: 0 };
		all.add({ order: 1, call: { file: 'a.lua', title: 'rule', event: {} }, done: () => {} });
		all.take();
		tell(all.answered(outcome));
		return new WeakRef(outcome);
	};
	const told = one();
	await new Promise(setImmediate);
	setFlagsFromString('--expose-gc');
	runInNewContext('gc')();
	expect(told.deref()).toBeUndefined();
	expect([all.pending, all.waiting]).toEqual([0, 0]);
});
