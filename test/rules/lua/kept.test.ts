import { expect, test } from 'vitest';
import { keeping } from './rule.ts';

test('a table twice is two tables', () => {
	expect(keeping(['local t = { 1 } state.a, state.b = t, t']).run(0)).toEqual({ a: [1], b: [1] });
});

test('a state has 64 KiB as JSON at most', () => {
	const text = (n: number) => keeping([`state.t = ("x"):rep(${n})`]).run(0);
	const most = 65_536 - '{"t":"",}'.length;
	expect([text(0), text(1)]).toEqual([{ t: '' }, { t: 'x' }]);
	expect(text(most)).toEqual({ t: 'x'.repeat(most) });
	expect(text(most + 1)).toBe('state is more than 65536 bytes (as JSON)');
	expect(text(1_000_000)).toBe('state is more than 65536 bytes (as JSON)');
	expect(keeping(['for i = 1, 30000 do state[i] = i end']).run(0)).toBe(
		'state is more than 65536 bytes (as JSON)',
	);
	expect(keeping(['for i = 1, 30000 do state["k" .. i] = i end']).run(0)).toBe(
		'state is more than 65536 bytes (as JSON)',
	);
	expect(keeping(['state[("x"):rep(70000)] = 1']).run(0)).toBe('state is more than 65536 bytes (as JSON)');
});

test('a state has tables 32 deep at most, itself included', () => {
	const deep = (n: number) => keeping([`local t = state for i = 1, ${n} do t.t = {} t = t.t end`]).run(0);
	expect([deep(0), deep(1)]).toEqual([[], { t: {} }]);
	expect(deep(31)).toBeTypeOf('object');
	expect(deep(32)).toMatch(/is more than 32 tables deep$/);
});

test('a metatable of the state is not asked', () => {
	const body =
		'setmetatable(state, { __index = function() error("asked") end, __pairs = error, __len = error }) state.n = 1';
	expect(keeping([body]).run(0)).toEqual({ n: 1 });
});
