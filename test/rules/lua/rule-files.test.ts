import { expect, test } from 'vitest';
import { RuleFiles } from '../../../src/rules/lua/rule-files.ts';

test('files do not see each other', () => {
	const files = new RuleFiles();
	const source = (body: string) => `rule "one" { on = "timer", act = function() ${body} end }`;
	files.load('a.lua', source('shared = 1 string.shared = 1 state.n = 1'), undefined);
	files.load(
		'b.lua',
		source('return log(tostring(shared) .. tostring(("").shared) .. tostring(state.n))'),
		undefined,
	);
	files.call({ file: 'a.lua', title: 'one', event: {} });
	expect(files.call({ file: 'b.lua', title: 'one', event: {} })).toMatchObject({
		actions: [{ text: 'nilnilnil' }],
	});
});

test('a file that is loaded again is another one; with mistakes, the earlier one stays; dropped, it is gone', () => {
	const files = new RuleFiles();
	const source = (text: string) => `rule "one" { on = "timer", act = function() return log "${text}" end }`;
	const call = () => files.call({ file: 'a.lua', title: 'one', event: {} });
	files.load('a.lua', source('first'), undefined);
	expect(files.load('a.lua', 'rule "', undefined)).toHaveProperty('mistakes');
	expect(call()).toMatchObject({ actions: [{ text: 'first' }] });
	files.load('a.lua', source('second'), undefined);
	expect(call()).toMatchObject({ actions: [{ text: 'second' }] });
	files.drop('a.lua');
	expect(call()).toEqual({ wrong: 'the file is not loaded', line: 0, isGone: true });
});

test('a rule without a function cannot be called', () => {
	const files = new RuleFiles();
	files.load('a.lua', 'rule "one" { on = "timer", act = restart }', undefined);
	expect(files.call({ file: 'a.lua', title: 'one', event: {} })).toEqual({
		wrong: 'it has no function',
		line: 0,
		isGone: true,
	});
});
