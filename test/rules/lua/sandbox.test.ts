import { expect, test } from 'vitest';
import { limits } from '../../../src/rules/lua/limits.ts';
import { calling, said } from './rule.ts';

const keys =
	'local t = {} for k in pairs(%s) do t[#t + 1] = k end table.sort(t) return log(table.concat(t, " "))';

test.each([
	[
		'_G',
		'_G _VERSION above allow assert below depend emit error fail getmetatable ipairs log matching math monitor next pairs pause pcall print process rawequal rawget rawlen restart resume rule run select setmetatable signal start state stop string table tonumber tostring type undepend xpcall',
	],
	['string', 'byte char find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper'],
	['table', 'concat insert move pack remove sort unpack'],
	[
		'math',
		'abs acos asin atan ceil cos deg exp floor fmod huge log max maxinteger min mininteger modf pi rad random randomseed sin sqrt tan tointeger type ult',
	],
])('%s has nothing but what is known to be harmless', (table, names) => {
	expect(said(keys.replace('%s', table))).toBe(names);
});

test.each([
	['restart {}.name = "x"', 'attempt to index a userdata value'],
	['setmetatable("", {})', "bad argument #1 to 'setmetatable' (table expected, got string)"],
	['setmetatable(restart {}, {})', "bad argument #1 to 'setmetatable' (table expected, got userdata)"],
	['getmetatable("").__index = nil', 'attempt to index a boolean value'],
	['load("return 1")', "attempt to call a nil value (global 'load')"],
	['require("os")', "attempt to call a nil value (global 'require')"],
	['string.dump(print)', "attempt to call a nil value (field 'dump')"],
	['("x"):dump()', "attempt to call a nil value (method 'dump')"],
	['return os.exit()', "attempt to index a nil value (global 'os')"],
	['coroutine.wrap(print)', "attempt to index a nil value (global 'coroutine')"],
])('%s is an error', (body, text) => {
	expect(said(body)).toContain(text);
});

test.each([
	['return log(("ab"):rep(3, "-"))', 'ab-ab-ab'],
	['return log(("ab"):rep(1, "-"))', 'ab'],
	['return log("<" .. ("ab"):rep(0) .. ("ab"):rep(-1) .. (""):rep(1000000000) .. ">")', '<>'],
	['return log((""):rep(3, ","))', ',,'],
	[`return log("" .. #("x"):rep(${limits.text}))`, '1048576'],
	[`return log("" .. #("x"):rep(${limits.text / 2}, "y") )`, '1048575'],
	[`("x"):rep(${limits.text + 1})`, '2: resulting string too large (more than 1048576 bytes)'],
	['string.rep("x", 2147483647)', '2: resulting string too large (more than 1048576 bytes)'],
	['string.rep("", 2147483647, "x")', '2: resulting string too large (more than 1048576 bytes)'],
])('string.rep makes what it should, and no more than 1 MiB: %s', (body, text) => {
	expect(said(body)).toBe(text);
});

test.each([
	['local function f() return 1 + f() end return f()', '2: stack overflow'],
	['local function f() return pcall(f) end return log(tostring(f()))', 'true'],
	[
		'return log(tostring(select(2, xpcall(error, function() error("again") end))))',
		'error in error handling',
	],
	[
		'local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k .. "x"] end return t.x',
		'2: JS stack overflow',
	],
	['return table.unpack({}, 1, 10000000)', '2: too many results to unpack'],
	[
		'local t = setmetatable({}, { __index = error, __len = error, __pairs = error }) return { t }',
		'1: act[1]: expected an action',
	],
	['setmetatable(_G, { __index = error, __newindex = error }) return log "fine"', 'fine'],
	['_G.log, _G.pcall, _G.error = nil return restart', 'restart'],
	['tostring = nil return log "fine"', 'fine'],
	[
		'error(setmetatable({}, { __tostring = function() return ("x"):rep(1000000) .. ("x"):rep(100000) end }))',
		'2: an error that is no text',
	],
])('what goes wrong deep down is an error like any other: %s', (body, text) => {
	expect(said(body)).toContain(text);
});

test('after whatever went wrong a file works as before', () => {
	const bombs = [
		'local function f() return 1 + f() end return f()',
		'return table.unpack({}, 1, 10000000)',
		'error(setmetatable({}, { __tostring = error }))',
		'string.rep("x", 2147483647)',
		'local s = "x" while true do s = s .. s end',
		'return pcall(pcall, error)',
	];
	const bodies = bombs.map((bomb, index) => `if event.bomb == ${index} then ${bomb} end`);
	const { call } = calling(`${bodies.join('\n')}\nreturn log "fine"`);
	for (const bomb of bombs.keys()) {
		expect(call({ bomb })).toHaveProperty('wrong');
		expect(call()).toMatchObject({ actions: [{ text: 'fine' }] });
	}
});
