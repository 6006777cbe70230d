import { expect, test } from 'vitest';
import { limits } from '../../../src/rules/lua/limits.ts';
import { mistakesOf, rulesOf } from './rule.ts';

const on = 'on = "process.exited"';
const act = 'act = restart';

test.each([
	['rule {}', '1: rule: expected a sentence, rule "what it does" { ... }, got a table'],
	['rule()', '1: rule: expected a sentence, rule "what it does" { ... }, got nothing'],
	['rule "" {}', '1: rule "": the sentence is empty'],
	['rule "  " {}', '1: rule "  ": the sentence is empty'],
	['rule "a\\nb" {}', '1: rule "a\nb": the sentence holds a line break or another control character'],
	['rule "one"', '1: rule "one": has no table; write rule "sentence" { on = ..., act = ... }'],
	['rule "one" "two"', '1: rule "one": expected a table, { on = ..., act = ... }, got "two"'],
])('%s', (source, mistake) => {
	expect(mistakesOf(source)).toEqual([mistake]);
});

test('a sentence is 200 bytes long at most', () => {
	const mistakes = (n: number) => mistakesOf(`rule(("x"):rep(${n})) { ${on}, ${act} }`);
	expect([mistakes(1), mistakes(200)]).toEqual([[], []]);
	expect(mistakes(201)).toEqual([
		`1: rule "${'x'.repeat(80)}...": the sentence is 201 bytes long; 200 are possible`,
	]);
});

test('a sentence stands for one rule of its file', () => {
	const one = `rule "one" { ${on}, ${act} }`;
	expect(mistakesOf(`${one}\n${one}\nrule "two" { ${on}, ${act} }`)).toEqual([
		'2: rule "one": there is one of that name in line 1 already',
	]);
});

test('a file has 1000 rules at most', () => {
	const many = (n: number) => `for i = 1, ${n} do rule("rule " .. i) { ${on}, ${act} } end`;
	expect([rulesOf(many(0)).length, rulesOf(many(1)).length, rulesOf(many(limits.rules)).length]).toEqual([
		0, 1, 1000,
	]);
	expect(mistakesOf(many(limits.rules + 1))).toEqual(['1: more than 1000 rules in one file']);
});

test('mistakes are told in the order of their lines, 20 of them', () => {
	const wrong = (n: number) => mistakesOf(Array.from({ length: n }, () => 'above "x"').join('\n'));
	expect(wrong(1)).toHaveLength(1);
	expect(wrong(20)).toHaveLength(20);
	expect(wrong(23).at(-1)).toBe('0: and 3 more mistakes');
	expect(mistakesOf(`rule "one"\nabove "x"\nerror("here")`).map((text) => text.slice(0, 12))).toEqual([
		'1: rule "one',
		'2: above: ex',
		'3: here',
	]);
});
