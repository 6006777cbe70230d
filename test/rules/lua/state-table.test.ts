import { expect, test } from 'vitest';
import type { Kept } from '../../../src/rules/rule.ts';
import { keeping, mistakesOf } from './rule.ts';

/** A value as a text, in an order of its own. */
const show = `local function show(v)
	if type(v) ~= "table" then return tostring(v) end
	local t = {}
	for k, x in pairs(v) do t[#t + 1] = type(k) .. tostring(k) .. "=" .. show(x) end
	table.sort(t)
	return "{" .. table.concat(t, ",") .. "}"
end`;

test.each<[string, Kept]>([
	['state.n = 1', { n: 1 }],
	['state.a, state.b, state.c = 1.5, "x", true', { a: 1.5, b: 'x', c: true }],
	['state.list = { 1, "b", false, {} }', { list: [1, 'b', false, {}] }],
	['state.deep = { a = { b = { 1, 2 } } }', { deep: { a: { b: [1, 2] } } }],
	['state[4711] = 2', { '#4711': 2 }],
	['state["#4711"] = 2', { '##4711': 2 }],
	['state[1.5], state[-1] = 1, 2', { '#1.5': 1, '#-1': 2 }],
	['state.list = { 1, nil, 3, n = 3 }', { list: { '#3': 3, '#1': 1, n: 3 } }],
	['state[1], state[2] = "a", "b"', ['a', 'b']],
	['state = { other = 1 }', { other: 1 }],
	['state.text = "\\0\\127\\255\\"\\n"', { text: '\0\x7f\xff"\n' }],
	['state.big = 2^53', { big: 2 ** 53 }],
	['state["__proto__"] = 1', JSON.parse('{ "__proto__": 1 }')],
])('%s is kept, and is the same in the next one', (body, kept) => {
	const before = keeping([body, 'return log(show(state))'], undefined, show);
	expect(before.run(0)).toEqual(kept);
	const text = before.run(1);
	const after = keeping(['return log(show(state))'], structuredClone(kept), show);
	expect(after.run(0)).toEqual(text);
});

test('what did not change is not told, and what is told is told once', () => {
	const { files, run } = keeping(['state.n = 1', 'state.n = 1', 'local x = state.n', 'state.n = nil']);
	expect(run(0)).toEqual({ n: 1 });
	expect([run(1), run(2), files.takeStates()]).toEqual([[], [], []]);
	expect(run(3)).toEqual({});
});

test('what a file does to its state when it is loaded is there, and told with the next change', () => {
	const { run } = keeping(
		['return log(state.n)', 'state.n = state.n + 1'],
		{ n: 4 },
		'state.n = (state.n or 0) + 1',
	);
	expect(run(0)).toMatchObject([{ text: '5' }]);
	expect(run(1)).toEqual({ n: 6 });
});

test.each([
	['state.f = print', 'state.f is a function: state keeps numbers, strings, booleans and tables of them'],
	[
		'state.a = { b = { restart {} } }',
		'state.a.b[1] is an action or a test: state keeps numbers, strings, booleans and tables of them',
	],
	['state.me = state', 'state.me is a table that holds itself'],
	['state.n = 0/0', 'state.n is NaN, which cannot be kept'],
	['state.n = 1/0', 'state.n is Infinity, which cannot be kept'],
	['state[true] = 1', 'state has a key that is a boolean: keys are strings or numbers'],
	['state[1/0] = 1', 'state has a key that is a number: keys are strings or numbers'],
	['state[{}] = 1', 'state has a key that is a table: keys are strings or numbers'],
	['state = nil', 'state was set to something that is no table'],
	['state = 5', 'state was set to something that is no table'],
	['error("x")', 'x'],
	['return 5', 'act: expected an action, a list of actions or nothing, got 5'],
])('%s is wrong, and the state stays what it was', (body, wrong) => {
	const { run } = keeping([`state.n = 5 ${body}`, 'return log(state.n)', 'state.n = 2'], { n: 1 });
	expect(run(0)).toBe(wrong);
	expect(run(1)).toMatchObject([{ text: '1' }]);
	expect(run(2)).toEqual({ n: 2 });
});

test('a state that cannot be kept is a mistake when the file is loaded', () => {
	expect(mistakesOf('state.f = print')).toEqual([
		'0: state.f is a function: state keeps numbers, strings, booleans and tables of them',
	]);
});
