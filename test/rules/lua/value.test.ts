import { expect, test } from 'vitest';
import { kindOf, numberText } from '../../../src/rules/lua/value.ts';
import { mistakesOf } from './rule.ts';

const on = 'on = "process.exited"';
const act = 'act = restart';

test('what is nested too deep or too large is a mistake, not an end', () => {
	expect(mistakesOf(`local t = {} t.t = t rule "one" { ${on}, ${act}, when = t }`)).toEqual([
		'1: tables more than 8 deep in each other',
		'1: rule "one": expected a table, { on = ..., act = ... }, got nothing',
	]);
	expect(mistakesOf(`local t = {} for i = 1, 10000 do t[i] = i end restart { t }`)[0]).toBe(
		'1: more than 10000 values',
	);
	expect(mistakesOf(`local s = ("x"):rep(1024 * 1024) run { "a", s, s }`)[0]).toBe(
		'1: more than 1048576 bytes of text',
	);
});

test.each([
	[0, '0'],
	[-0, '0'],
	[1.5, '1.5'],
	[2 ** 40, '1099511627776'],
	[1_763_753_829_000, '1763753829000'],
	[0.1 + 0.2, '0.3'],
	[Number.NaN, 'NaN'],
])('%d is written %s', (number, text) => {
	expect(numberText(number)).toBe(text);
});

test('what a value is, as a message says it', () => {
	const table = { tag: 'table', list: [], fields: new Map(), odd: undefined } as const;
	expect([undefined, 'a', 1, true, table, { tag: 'wrong' } as const].map(kindOf)).toEqual([
		'nothing',
		'"a"',
		'1',
		'true',
		'a table',
		'a mistake',
	]);
});
