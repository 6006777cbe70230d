import { expect, test } from 'vitest';
import { Remembered } from '../../src/policy/kept-files.ts';
import { Diary } from '../../src/rules/diary.ts';
import { knownFrom } from '../../src/rules/diary-page.ts';
import { Keeping } from '../../src/rules/keeping.ts';
import { temporary } from '../archon.ts';

const noDiary = () => ({ diary: new Diary(knownFrom(0), () => {}), later: (then: () => void) => then() });

test('What is kept is known at once, and to whoever comes after.', () => {
	const directory = `${temporary()}/rules`;
	const open = () => new Remembered(new Keeping(directory, (trouble) => expect.fail(trouble)), noDiary());
	const kept = open();
	expect(kept.files()).toEqual([]);
	kept.keepSource('a.lua', 'x = 1');
	kept.keepState('a.lua', { n: 1 });
	kept.keepSource('a.lua', 'x = 2');
	kept.keepSource('b.lua', 'y');
	for (const one of [kept, open()]) {
		expect([one.files(), one.source('a.lua'), one.state('a.lua')]).toEqual([
			['a.lua', 'b.lua'],
			'x = 2',
			{ n: 1 },
		]);
		expect([one.source('c.lua'), one.state('b.lua')]).toEqual([undefined, undefined]);
	}
	kept.forget('a.lua');
	expect([kept.files(), open().files()]).toEqual([['b.lua'], ['b.lua']]);
});

test('A file that is only tried leaves no state.', () => {
	const directory = `${temporary()}/rules`;
	const kept = new Remembered(new Keeping(directory, () => undefined), noDiary());
	kept.keepState('new/a.lua', 1);
	expect(kept.state('new/a.lua')).toBeUndefined();
	expect(kept.files()).toEqual([]);
});

test('A state is written down before it is on disk, and what was written down is newer.', () => {
	const directory = `${temporary()}/rules`;
	const keeping = new Keeping(directory, (trouble) => expect.fail(trouble));
	const later: (() => void)[] = [];
	const known = knownFrom(0);
	const first = new Remembered(keeping, {
		diary: new Diary(known, () => {}),
		later: (then) => void later.push(then),
	});
	first.keepSource('a.lua', 'x');
	first.keepState('a.lua', 1);
	expect([first.state('a.lua'), known.states.get('a.lua'), keeping.read().get('a.lua')?.state]).toEqual([
		1,
		1,
		undefined,
	]);
	known.states.set('gone.lua', 2);
	const next = new Remembered(keeping, { diary: new Diary(known, () => {}), later: (then) => then() });
	expect([next.state('a.lua'), keeping.read().get('a.lua')?.state]).toEqual([1, 1]);
	expect(next.files()).toEqual(['a.lua']);
	next.forget('a.lua');
	expect(known.states.has('a.lua')).toBe(false);
});
