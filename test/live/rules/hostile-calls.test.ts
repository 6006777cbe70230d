import { expect, test } from 'vitest';
import { good, lua, ruleOf } from './hostile.ts';

const tooLong = /^took longer than 100ms$/;
const tooMuch = /^(took (more than (32|64)MiB of memory|longer than 100ms)|not enough memory.*)$/;

/**
 * What never ends by itself: of calls that were made after three of these all are answered
 * before the last of them, unless Lua itself bounds what it does. */
const endless: Record<string, [body: string, error: RegExp]> = {
	'a loop': ['while true do end', tooLong],
	'a jump': ['::again:: goto again', tooLong],
	'a loop around pcall': ['while true do pcall(function() while true do end end) end', tooLong],
	'a loop of errors that are caught': ['while true do pcall(error, "no") end', tooLong],
	'an error whose handler loops': ['xpcall(error, function() while true do end end)', tooLong],
	'an error whose handler raises errors': [
		'local function h() error("again") end while true do xpcall(error, h) end',
		tooLong,
	],
	'recursion that catches its own overflow': ['local function f() pcall(f) pcall(f) end f()', tooLong],
	'a tail call for ever': ['local function f() return f() end return f()', tooLong],
	'a for that never ends': ['for i = 1, math.huge do end', tooLong],
	'an iterator that never ends': ['for _ in function() return 1 end do end', tooLong],
	'an __index that loops': [
		'return setmetatable({}, { __index = function() while true do end end }).x',
		tooLong,
	],
	'a __tostring that loops': [
		'error(setmetatable({}, { __tostring = function() while true do end end }))',
		tooLong,
	],
	'an __eq that loops': [
		'local m = { __eq = function() while true do end end } return setmetatable({}, m) == setmetatable({}, m)',
		tooLong,
	],
	'a sort that loops': ['table.sort({ 1, 2, 3 }, function() while true do end end)', tooLong],
	'a gsub that loops': ['("x"):gsub("x", function() while true do end end)', tooLong],
	'a pattern that tries everything': ['("a"):rep(28):find(("a?"):rep(28) .. ("a"):rep(28))', tooLong],
	'a pattern of many stars': ['("a"):rep(3000):find((".*"):rep(8) .. "b")', tooLong],
	'a table that grows': ['local t = {} while true do t[#t + 1] = {} end', tooMuch],
	'a table that grows within pcall': [
		'local t = {} while true do pcall(function() while true do t[#t + 1] = { {}, {}, {} } end end) end',
		tooMuch,
	],
	'text that doubles': ['local s = ("x"):rep(1000) while true do s = s .. s end', tooMuch],
	'text that doubles within pcall': [
		'local t = {} while true do pcall(function() local s = ("x"):rep(1000) while true do s = s .. s t[#t + 1] = s end end) end',
		tooMuch,
	],
	'much text that is kept': ['local t = {} while true do t[#t + 1] = ("x"):rep(1000000) end', tooMuch],
	'text put together of much text': [
		'local t, s = {}, ("x"):rep(1000000) for i = 1, 2000 do t[i] = s end return #table.concat(t)',
		tooMuch,
	],
	'a gsub that blows up': ['local s = ("x"):rep(100000) return s:gsub("x", s)', tooMuch],
	'closures within closures': ['local f while true do local g = f f = function() return g end end', tooMuch],
	'actions without end': ['local t = {} while true do t[#t + 1] = log("x") end', tooMuch],
};

for (const [what, [body, error]] of Object.entries(endless)) {
	test(`${what} costs its own call`, async () => {
		const { load, call, outcomes, turns, taken, mostMemory } = await lua();
		expect(await load('bad.lua', ruleOf(body))).toBe('');
		const before = turns();
		const bad = Array.from({ length: 3 }, () => call('bad.lua'));
		await Promise.all([...bad, call('good.lua'), call('good.lua'), call('good.lua')]);
		const wrong = (await Promise.all(bad)).map((it) => it.replace('wrong: ', ''));
		expect(wrong).toEqual(Array(3).fill(expect.stringMatching(error)));
		expect(outcomes().filter((it) => it.startsWith('good.lua'))).toEqual(good(3));
		if (wrong.every((it) => it.startsWith('took'))) {
			expect(outcomes().at(-1)).toContain('bad.lua wrong');
		}
		expect(turns() - before).toBeGreaterThan(wrong.every((it) => it.startsWith('took')) ? 10 : 0);
		expect(taken()).toBeLessThan(mostMemory);
		expect(await call('good.lua')).toBe('4');
	});
}

/** What is an error by itself. */
const errors: Record<string, [body: string, error: RegExp]> = {
	'recursion without end': ['local function f() return 1 + f() end return f()', /^stack overflow/],
	'an __index that asks itself': [
		'local t = {} setmetatable(t, { __index = function(t, k) return t[k] end }) return t.x',
		/overflow/,
	],
	'a __tostring that asks itself': [
		'local t = setmetatable({}, { __tostring = function(t) return tostring(t) end }) return tostring(t)',
		/overflow/,
	],
	'text repeated too often': ['return ("x"):rep(1e9)', /too large|integer/],
	'more values than there is room for': ['return select("#", table.unpack({}, 1, 1e8))', /too many results/],
	'a format of absurd width': ['return ("%99999999d"):format(1)', /invalid/],
	'an error with a long text': ['error(("x"):rep(1000000))', /^x{1024}\.\.\.$/],
	'an error that is a table': ['error({})', /./],
	'a coroutine': ['return coroutine.wrap(function() end)', /coroutine/],
	'a file': ['return io.open("/etc/passwd")', /io/],
	'a program': ['return os.execute("true")', /os/],
	'code of text': ['return load("return 1")()', /load/],
	'a look behind the scenes': ['return debug.getregistry()', /debug/],
	'a hundred and one actions': [
		'local t = {} for i = 1, 101 do t[i] = log("x") end return t',
		/100 are possible/,
	],
	'lists within lists': ['local t = {} for i = 1, 100 do t = { t } end return t', /./],
	'a list that holds itself': ['local t = {} t[1] = t return t', /./],
	'a function': ['return function() end', /./],
	'a state of more than 64 KiB': ['state.x = ("x"):rep(65536)', /state is more than 65536 bytes/],
	'a state that holds itself': ['state.x = state', /holds itself/],
	'a state with a function': ['state.x = function() end', /state/],
	'a state that is none': ['state = nil', /state/],
	'a state that is very deep': ['local t = state for i = 1, 100 do t.x = {} t = t.x end', /deep/],
	'the metatable of texts': ['getmetatable("").__index = nil', /./],
};

for (const [what, [body, error]] of Object.entries(errors)) {
	test(`${what} is an error of its own call`, async () => {
		const { load, call, happened, states } = await lua();
		await load('bad.lua', ruleOf(body));
		const [, bad] = await Promise.all([call('good.lua'), call('bad.lua'), call('good.lua')]);
		expect(bad).toMatch(/^wrong: /);
		expect(bad?.slice('wrong: '.length)).toMatch(error);
		expect(happened.filter((it) => it.startsWith('good.lua') && !it.includes('kept'))).toEqual(good(2));
		expect(states.get('bad.lua')).toBeUndefined();
		expect(await call('good.lua')).toBe('3');
	});
}

test('what a rule does to its event, to the libraries and to texts, no other file sees', async () => {
	const { load, call } = await lua();
	await load(
		'bad.lua',
		ruleOf(`event.name = "evil" event.labels.tier = "evil"
			string.upper = function() return "evil" end
			string.rep = nil table.concat = nil math.floor = nil
			print = nil tostring = nil pcall = nil rule = nil
			_G.log = nil _ENV.restart = nil`),
	);
	await load(
		'other.lua',
		ruleOf('print(event.name, event.labels.tier, ("x"):upper(), math.floor(1.5), ("x"):rep(2))'),
	);
	const event = { name: 'web', labels: { tier: 'gold' } };
	await Promise.all([call('bad.lua', 'rule', event), call('other.lua', 'rule', event)]);
	expect(await call('other.lua', 'rule', event)).toMatch(/^web\s+gold\s+X\s+1\s+xx$/);
	expect(event).toEqual({ name: 'web', labels: { tier: 'gold' } });
});

test('several bad files at once cost nobody else anything', async () => {
	const { load, call, outcomes, taken, mostMemory } = await lua();
	const bad = [
		'while true do end',
		'local t = {} while true do t[#t + 1] = {} end',
		'("a"):rep(28):find(("a?"):rep(28) .. ("a"):rep(28))',
	];
	for (const [i, body] of bad.entries()) {
		await load(`bad${i}.lua`, ruleOf(body));
	}
	const calls = bad.flatMap((_, i) => [call(`bad${i}.lua`), call(`bad${i}.lua`), call('good.lua')]);
	await Promise.all(calls);
	expect(outcomes().filter((it) => it.startsWith('good'))).toEqual(good(3));
	expect(outcomes().filter((it) => /^bad\d\.lua wrong: took /.test(it)).length).toBe(6);
	expect(taken()).toBeLessThan(mostMemory);
	// Whatever was slow is out of the way now.
	const again = [...bad.keys()].flatMap((i) => [call(`bad${i}.lua`), call('good.lua')]);
	await Promise.all(again);
	const after = outcomes().slice(9);
	expect(after.filter((it) => it.startsWith('good'))).toEqual(good(3, 4));
	expect(after[0]).toMatch(/^good/);
});
