import { expect, test } from 'vitest';
import { Places } from '../../src/policy/places.ts';

test('A file begins where it was, or behind what all had decided, and only once.', () => {
	const places = new Places({ at: 10, behind: [['slow.lua', [4, 'r']]] }, 99);
	expect([...places.take(['a.lua', 'slow.lua'])]).toEqual([
		['a.lua', [11, '']],
		['slow.lua', [4, 'r']],
	]);
	expect(places.take(['a.lua', 'slow.lua']).size).toBe(0);
	expect([...places.take(['late.lua'])]).toEqual([['late.lua', [11, '']]]);
});

test('Where nothing is known, files begin behind what was before the daemon.', () => {
	const places = new Places({ at: undefined, behind: [] }, 99);
	expect([places.at, ...places.take(['a.lua'])]).toEqual([99, ['a.lua', [100, '']]]);
});

test('What is not loaded stays where it was while others go on.', () => {
	const places = new Places({ at: 10, behind: [['slow.lua', [4, 'r']]] }, 99);
	places.take(['a.lua', 'b.lua']);
	expect(places.now(20, new Map([['b.lua', [15, 'q']]]))).toEqual([
		['slow.lua', [4, 'r']],
		['a.lua', [21, '']],
		['b.lua', [15, 'q']],
	]);
});
