import { expect, test } from 'vitest';
import { limits } from '../../../src/rules/lua/limits.ts';
import { RuleFiles } from '../../../src/rules/lua/rule-files.ts';
import { calling, mistakesOf, rulesOf } from './rule.ts';

test('a function sees the event, and what it returns is what is to be done', () => {
	const { call } = calling(
		'return { log(event.name), log(event.labels.tier .. event.pid), restart { because = "x" } }',
	);
	expect(call({ name: 'web', pid: 12, labels: { tier: 'gold' } })).toEqual({
		actions: [
			{ do: 'log', level: 'info', text: 'web', because: undefined },
			{ do: 'log', level: 'info', text: 'gold12', because: undefined },
			{ do: 'restart', name: undefined, because: 'x' },
		],
	});
});

test.each([
	['rule "x {', '1: unfinished string near <eof>'],
	['\nif', '2: unexpected symbol near <eof>'],
	['\n\nerror("at load")', '3: at load'],
	['\x1bLua', "0: attempt to load a binary chunk (mode is 't')"],
	['local function f() f() return 1 end f()', '1: stack overflow'],
])('a file that cannot be loaded says where: %j', (source, mistake) => {
	expect(mistakesOf(source)[0]).toContain(mistake);
});

test('a byte order mark is no mistake', () => {
	expect(rulesOf('\xef\xbb\xbfrule "one" { on = "timer", act = restart }')).toHaveLength(1);
});

test('a file has 256 KiB at most', () => {
	const comment = (n: number) => mistakesOf(`--${'x'.repeat(n - 2)}`);
	expect([mistakesOf(''), mistakesOf(' '), comment(limits.source)]).toEqual([[], [], []]);
	expect(comment(limits.source + 1)).toEqual(['0: is 262145 bytes long; 262144 are possible']);
});

test('the name of a file may be long and have anything in it', () => {
	const files = new RuleFiles();
	for (const file of [`${'a%s'.repeat(80)}.lua`, 'a:5: b.lua', '=x', '@y']) {
		const wrong = files.load(file, '\nerror("here")', undefined);
		expect(wrong).toEqual({ mistakes: [{ file, line: 2, text: 'here' }] });
	}
});
