import { expect, test } from 'vitest';
import { alarm } from '../../src/rules/alarm.ts';
import type { EnginePorts } from '../../src/rules/engine-ports.ts';

/** A clock of which a test says what it shows, and when it calls back. */
function clock() {
	const now = { wall: 0, steady: 0 };
	const armed: { at: number; by: string | undefined; then: () => void }[] = [];
	const port: EnginePorts['clock'] = {
		now: () => now.wall,
		steady: () => now.steady,
		at(at, then, by) {
			const one = { at, by, then };
			armed.push(one);
			return () => void armed.splice(armed.indexOf(one), 1);
		},
	};
	return { port, now, armed, next: () => armed.map(({ at, by }) => [at, by]) };
}

test('every goes by the steady clock and does not drift, and what is missed is left out.', () => {
	const { port, now, armed, next } = clock();
	let rung = 0;
	alarm({ tag: 'every', every: 1000 }, port, () => rung++);
	expect(next()).toEqual([[1000, 'steady']]);
	now.steady = 1300;
	armed.shift()?.then();
	expect([rung, next()]).toEqual([1, [[2000, 'steady']]]);
	now.steady = 5100;
	armed.shift()?.then();
	expect([rung, next()]).toEqual([2, [[6000, 'steady']]]);
});

test('cron goes by the wall clock; set back for less than three hours it fires nothing twice.', () => {
	const { port, now, armed, next } = clock();
	now.wall = Date.parse('2026-11-21T02:59:00Z');
	const three = Date.parse('2026-11-21T03:00:00Z');
	alarm({ tag: 'cron', cron: '0 * * * *' }, port, () => {});
	expect(next()).toEqual([[three, 'wall']]);
	now.wall = three - 60_000;
	armed.shift()?.then();
	expect(next()).toEqual([[three + 3_600_000, 'wall']]);
});

test('What never comes again waits for nothing; called off, it does not come.', () => {
	const { port, armed, next } = clock();
	alarm({ tag: 'cron', cron: '0 0 30 2 *' }, port, () => {});
	expect(next()).toEqual([]);
	const callOff = alarm({ tag: 'every', every: 10 }, port, () => callOff());
	armed.shift()?.then();
	expect(next()).toEqual([]);
});

test('It says when it calls back next, and goes on from what it said; what was missed is made up for once.', () => {
	const { port, now, armed, next } = clock();
	const said: number[] = [];
	const say = (at: number) => void said.push(at);
	now.wall = 5000;
	now.steady = 100;
	alarm({ tag: 'every', every: 1000 }, port, () => {}, say, 5400);
	expect([said, next()]).toEqual([[5400], [[500, 'steady']]]);
	armed.shift();
	for (const [rings, at] of [
		[4000, 100],
		[9000, 1100],
	] as const) {
		alarm({ tag: 'every', every: 1000 }, port, () => {}, say, rings);
		expect(armed.shift()?.at).toBe(at);
	}
	alarm({ tag: 'cron', cron: '* * * * *' }, port, () => {}, say, 4000);
	expect([said.at(-1), next()]).toEqual([4000, [[4000, 'wall']]]);
	armed.shift()?.then();
	expect([said.at(-1), next()]).toEqual([60_000, [[60_000, 'wall']]]);
});
