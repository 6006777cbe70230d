import { expect, test } from 'vitest';
import { Diary } from '../../src/rules/diary.ts';
import { knownFrom, leafOf, learn } from '../../src/rules/diary-page.ts';

const record = { fired: 1, error: '', errors: 0, isOff: false };
const spell = {
	since: 5,
	event: { seq: 3, time: 5, type: 'process.sample', name: 'web', fields: [] },
	isOver: false,
} as const;

function diary() {
	const touched: string[] = [];
	const known = knownFrom(7);
	const one = new Diary(known, () => void touched.push(`touched ${touched.length}`));
	return { diary: one, known, touched };
}

test('What was changed is taken once, and makes of what was known what is.', () => {
	const { diary: one, touched } = diary();
	expect([one.isDue, one.take()]).toEqual([false, undefined]);
	one.rule('a', record);
	one.state('a.lua', { n: 1 });
	one.spell('a', 'web', spell);
	expect([one.isDue, touched]).toEqual([true, ['touched 0']]);
	const leaf = one.take();
	expect([one.isDue, one.take()]).toEqual([false, undefined]);
	const next = knownFrom(undefined);
	learn(next, leaf ?? expect.fail());
	expect(leafOf(next)).toEqual(one.all());
	expect(next.reached.at).toBe(7);
	one.rule('a', undefined);
	one.state('a.lua', undefined);
	one.spell('a', 'web', undefined);
	learn(next, one.take() ?? expect.fail());
	expect(next).toEqual(knownFrom(7));
});

test('What could not be written is written with what comes next.', () => {
	const { diary: one } = diary();
	one.rule('a', record);
	one.state('a.lua', 1);
	one.spell('a', 'web', spell);
	const leaf = one.take() ?? expect.fail();
	one.state('a.lua', 2);
	one.putBack(leaf);
	expect([one.isDue, one.take()]).toEqual([true, { ...leaf, states: [['a.lua', 2]] }]);
});

test('How far rules are is said by them once they are there.', () => {
	const { diary: one } = diary();
	expect(one.before.at).toBe(7);
	one.reached = () => ({ ...one.before, at: 9 });
	one.changed();
	expect(one.take()?.reached.at).toBe(9);
	expect(one.all().reached.at).toBe(9);
});

test('That nothing came of events is written at the end of a turn, of many that nobody wanted once in a while.', async () => {
	const { diary: one, touched } = diary();
	one.heard();
	one.heard();
	expect([one.isDue, touched.length]).toEqual([false, 0]);
	await new Promise((resolve) => setImmediate(resolve));
	expect([one.isDue, touched.length]).toEqual([true, 1]);
	one.take();
	for (let i = 0; i < 1000; i++) {
		one.passed();
	}
	await new Promise((resolve) => setImmediate(resolve));
	expect(one.isDue).toBe(false);
	one.passed();
	await new Promise((resolve) => setImmediate(resolve));
	expect(one.isDue).toBe(true);
	one.take();
	// What was written with something else is not written again.
	one.heard();
	one.changed();
	one.take();
	await new Promise((resolve) => setImmediate(resolve));
	expect(one.isDue).toBe(false);
});

test('Of rules that are not there any more nothing is known.', () => {
	const { diary: one, known } = diary();
	one.rule('a', record);
	one.rule('b', record);
	one.spell('b', 'web', spell);
	one.spell('b', 'db', spell);
	one.prune((key) => key === 'a');
	expect([[...known.rules.keys()], known.spells.size]).toEqual([['a'], 0]);
});
