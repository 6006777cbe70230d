import { expect, test } from 'vitest';
import { good, lua, ruleOf } from './hostile.ts';

const tooLong = /^took longer than 1s to load$/;
const tooMuch = /^(took (more than (32|64)MiB of memory|longer than 1s to load)|not enough memory.*)$/;

/** Files that never come to an end when they are loaded. */
const endless: Record<string, [source: string, mistake: RegExp]> = {
	'a loop': ['while true do end', tooLong],
	'a loop around pcall': ['while true do pcall(function() while true do end end) end', tooLong],
	'a table that grows': ['local t = {} while true do t[#t + 1] = {} end', tooMuch],
	'text that doubles': ['local s = ("x"):rep(1000) while true do s = s .. s end', tooMuch],
	'rules without end': ['local i = 0 while true do i = i + 1 pcall(rule, "rule " .. i) end', /took|rules/],
	'a declaration whose table loops': [
		'rule "rule" (setmetatable({}, { __index = function() while true do end end, __pairs = function() while true do end end }))\nwhile true do end',
		tooLong,
	],
};

for (const [what, [source, mistake]] of Object.entries(endless)) {
	test(`a file with ${what} is refused, and nobody waits for it`, async () => {
		const { load, call, happened, taken, turns, mostMemory } = await lua();
		const bad = load('bad.lua', source).then((text) => happened.push(`bad.lua ${text}`));
		const before = turns();
		const other = load('other.lua', ruleOf('print("other")'));
		await Promise.all([call('good.lua'), other, call('good.lua')]);
		await call('other.lua');
		await bad;
		const outcomes = happened.filter((it) => !it.includes(' kept '));
		const refusal = outcomes.find((it) => it.startsWith('bad.lua')) ?? '';
		expect(refusal.replace('bad.lua ', '')).toMatch(mistake);
		expect(outcomes.filter((it) => it !== refusal).toSorted()).toEqual([...good(2), 'other.lua other']);
		if (refusal.includes('longer')) {
			expect(outcomes.at(-1)).toBe(refusal);
		}
		// One that is refused at once leaves few.
		expect(turns() - before).toBeGreaterThan(2);
		expect(taken()).toBeLessThan(mostMemory);
		expect(await call('good.lua')).toBe('3');
	});
}

/** Files that are wrong by themselves. */
const wrong: Record<string, [source: string, mistake: RegExp]> = {
	'recursion without end': ['local function f() return 1 + f() end f()', /overflow/],
	'too deep a nesting': [`return ${'('.repeat(100_000)}1${')'.repeat(100_000)}`, /overflow|levels|limit/],
	'tables within tables without end': [
		`return ${'{'.repeat(100_000)}${'}'.repeat(100_000)}`,
		/overflow|levels|limit/,
	],
	'bytes that are no text of Lua': ['\x1bLua\x53\x00\x19\x93', /./],
	'more than 256 KiB': ['-'.repeat(256 * 1024 + 1), /262144/],
};

for (const [what, [source, mistake]] of Object.entries(wrong)) {
	test(`a file with ${what} is refused`, async () => {
		const { load, call } = await lua();
		expect(await load('bad.lua', source)).toMatch(mistake);
		expect(await call('good.lua')).toBe('1');
	});
}

test('a version that never comes to an end leaves the one before in force, with its state', async () => {
	const { load, call, states } = await lua();
	await call('good.lua');
	expect(await load('good.lua', 'while true do end', states.get('good.lua'))).toMatch(tooLong);
	expect(await call('good.lua')).toBe('2');
});
