import { expect, test } from 'vitest';
import { Remembered } from '../../src/policy/kept-files.ts';
import { Keeping } from '../../src/rules/keeping.ts';
import { temporary } from '../archon.ts';

test('What is kept is known at once, and to whoever comes after.', () => {
	const directory = `${temporary()}/rules`;
	const open = () => new Remembered(new Keeping(directory, (trouble) => expect.fail(trouble)));
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
	const kept = new Remembered(new Keeping(directory, () => undefined));
	kept.keepState('new/a.lua', 1);
	expect(kept.state('new/a.lua')).toBeUndefined();
	expect(kept.files()).toEqual([]);
});
