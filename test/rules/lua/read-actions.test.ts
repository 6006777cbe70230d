import { expect, test } from 'vitest';
import { calling, mistakesOf, said } from './rule.ts';

const on = 'on = "process.exited"';

test('`act` has 100 actions at most', () => {
	const mistakes = (n: number) =>
		mistakesOf(`local t = {} for i = 1, ${n} do t[i] = restart end rule "one" { ${on}, act = t }`);
	expect([mistakes(1), mistakes(100)]).toEqual([[], []]);
	expect(mistakes(101)).toEqual(['1: rule "one": act: 101 actions; 100 are possible']);
});

test.each([
	['return', []],
	['return nil', []],
	['return {}', []],
	['return restart', ['restart']],
	['return { restart, allow }', ['restart', 'allow']],
	['return fail "no"', ['fail']],
])('%s', (body, words) => {
	const outcome = calling(body).call();
	expect('actions' in outcome && outcome.actions.map((action) => action.do)).toEqual(words);
});

test.each([
	['return 5', '1: act: expected an action, a list of actions or nothing, got 5'],
	['return false', '1: act: expected an action, a list of actions or nothing, got false'],
	['return { restart, {} }', '1: act[2]: expected an action, a list of actions or nothing, got a table'],
	['return { name = "web" }', '1: act: expected an action or a list of actions, got a table with other keys'],
	['return function() end', '1: act: expected an action, a list of actions or nothing, got a function'],
	['return restart, log "x"', '1: it returned 2 values; several actions are a list, { a, b }'],
	['return restart {\n becuase = "x" }', '2: restart: unknown field "becuase" (did you mean "because"?)'],
	['local t = {} t[1] = t return t', '1: it returned tables more than 8 deep in each other'],
])('%s is wrong, and says where', (body, wrong) => {
	expect(said(body)).toContain(wrong);
});

test('a call does 100 things at most, print included', () => {
	const times = (prints: number, actions: number) =>
		said(
			`for i = 1, ${prints} do print(i) end local t = {} for i = 1, ${actions} do t[i] = allow end return t`,
		).split('\n').length;
	expect([times(1, 0), times(0, 100), times(100, 0), times(40, 60)]).toEqual([1, 100, 100, 100]);
	expect(said('for i = 1, 101 do print(i) end')).toBe('2: more than 100 actions, print included');
	expect(said('print() local t = {} for i = 1, 100 do t[i] = allow end return t')).toBe(
		'1: 101 actions, print included; 100 are possible',
	);
	expect(said('local t = {} for i = 1, 101 do t[i] = allow end return t')).toBe(
		'1: act: 101 actions; 100 are possible',
	);
});
