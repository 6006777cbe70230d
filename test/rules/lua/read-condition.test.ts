import { expect, test } from 'vitest';
import { limits } from '../../../src/rules/lua/limits.ts';
import { mistakesOf, ruleOf } from './rule.ts';

test.each([
	['name = "web"', { name: { is: 'glob', glob: 'web' } }],
	['name = "web-*"', { name: { is: 'glob', glob: 'web-*' } }],
	['exit = 1', { exit: { is: 'equal', to: 1 } }],
	['cpu = 0.5', { cpu: { is: 'equal', to: 0.5 } }],
	['done = true', { done: { is: 'equal', to: true } }],
	['done = false', { done: { is: 'equal', to: false } }],
	['rss = above "1.5GiB"', { rss: { is: 'above', than: 1.5 * 2 ** 30 } }],
	['uptime = below("2m")', { uptime: { is: 'below', than: 120_000 } }],
	['cpu = above "80%"', { cpu: { is: 'above', than: 80 } }],
	['cpu = above(80)', { cpu: { is: 'above', than: 80 } }],
	['fds = above "-1"', { fds: { is: 'above', than: -1 } }],
	['line = matching "^%d+ error"', { line: { is: 'matching', pattern: '^%d+ error' } }],
	[
		'exit = { 1, "2?", above(100) }',
		{
			exit: {
				is: 'any',
				of: [
					{ is: 'equal', to: 1 },
					{ is: 'glob', glob: '2?' },
					{ is: 'above', than: 100 },
				],
			},
		},
	],
	['name = { "a" }', { name: { is: 'any', of: [{ is: 'glob', glob: 'a' }] } }],
	['labels = { tier = "gold" }', { labels: { is: 'table', fields: { tier: { is: 'glob', glob: 'gold' } } } }],
	[
		'labels = { tier = { "gold", "silver" }, n = above(1) }',
		{
			labels: {
				is: 'table',
				fields: {
					tier: {
						is: 'any',
						of: [
							{ is: 'glob', glob: 'gold' },
							{ is: 'glob', glob: 'silver' },
						],
					},
					n: { is: 'above', than: 1 },
				},
			},
		},
	],
	['["__proto__"] = 1', JSON.parse('{ "__proto__": { "is": "equal", "to": 1 } }')],
	['', {}],
])('when = { %s }', (fields, condition) => {
	expect(ruleOf(`on = "any.thing", when = { ${fields} }`).when).toEqual(condition);
	expect(ruleOf(`on = "any.thing", except = { ${fields} }`).except).toEqual(condition);
});

function wrongOf(fields: string): string[] {
	return mistakesOf(`rule "one" { on = "timer", act = restart, ${fields} }`).map((text) =>
		text.replace(/^1: (rule "one": )?/, ''),
	);
}

test.each([
	['when = "web"', 'when: expected a table of fields, when = { name = "web-*" }, got "web"'],
	['when = { "web" }', 'when: expected a table of fields, when = { name = "web-*" }, got a table'],
	['when = { [1.5] = "web" }', 'when: expected a table of fields, when = { name = "web-*" }, got a table'],
	['except = 5', 'except: expected a table of fields, except = { name = "web-*" }, got 5'],
	['when = { name = {} }', 'when.name: an empty list, of which nothing is a member'],
	['when = { name = { "a", b = 1 } }', 'when.name: expected a list or a table of fields, not both in one'],
	[
		'when = { labels = { [true] = 1 } }',
		'when.labels: expected a list or a table of fields, not both in one',
	],
	[
		'when = { name = { tier = "a" } }',
		'when.name: a table of fields is not possible here, only a value, a list of them or a test',
	],
	[
		'when = { labels = { a = { b = 1 } } }',
		'when.labels.a: a table of fields is not possible here, only a value, a list of them or a test',
	],
	[
		'when = { name = { "a", { "b" } } }',
		'when.name[2]: expected a value, a list of values or a test (above, below, matching), got a table',
	],
	[
		'when = { name = { "a", nil, "b" } }',
		'when.name[2]: expected a value, a list of values or a test (above, below, matching), got nothing',
	],
	[
		'when = { name = print }',
		'when.name: expected a value, a list of values or a test (above, below, matching), got a function',
	],
	[
		'when = { name = restart {} }',
		'when.name: expected a value, a list of values or a test (above, below, matching), got an action',
	],
	[
		'when = { cpu = 0/0 }',
		'when.cpu: expected a value, a list of values or a test (above, below, matching), got NaN',
	],
	[
		'when = { rss = above "12 GiB" }',
		'above: expected a number, a size ("1.5GiB"), a duration ("2m") or a share ("80%"), got "12 GiB"',
	],
	[
		'when = { rss = below() }',
		'below: expected a number, a size ("1.5GiB"), a duration ("2m") or a share ("80%"), got nothing',
	],
	[
		'when = { rss = above(0/0) }',
		'above: expected a number, a size ("1.5GiB"), a duration ("2m") or a share ("80%"), got NaN',
	],
	['when = { line = matching "[a" }', 'matching: "[a": malformed pattern (missing \']\')'],
	['when = { line = matching(5) }', 'matching: expected a Lua pattern, got 5'],
	['when = { name = act }', undefined],
])('%s', (fields, wrong) => {
	expect(wrongOf(fields)).toEqual(wrong === undefined ? [] : [wrong]);
});

test.each([
	[
		'globs',
		limits.glob,
		(n: number) => `when = { name = ("x"):rep(${n}) }`,
		'when.name: a text of 4097 bytes; 4096 are possible',
	],
	[
		'patterns',
		limits.pattern,
		(n: number) => `when = { name = matching(("x"):rep(${n})) }`,
		'matching: the pattern is 1025 bytes long; 1024 are possible',
	],
])('%s have %i bytes at most', (_, most, fields, wrong) => {
	expect([0, 1, most].flatMap((n) => wrongOf(fields(n)))).toEqual([]);
	expect(wrongOf(fields(most + 1))).toEqual([wrong]);
});

test('a list has 1000 members at most, a table 100 fields', () => {
	const wrong = (n: number, item: string, field: string) =>
		mistakesOf(
			`local t = {} for i = 1, ${n} do ${item} end rule "one" { on = "any.thing", act = restart, when = ${field} }`,
		);
	const list = (n: number) => wrong(n, 't[i] = i', '{ pid = t }');
	const fields = (n: number) => wrong(n, 't["f" .. i] = i', 't');
	const inner = (n: number) => wrong(n, 't["f" .. i] = i', '{ labels = t }');
	expect([list(1), list(1000), fields(0), fields(1), fields(100), inner(1), inner(100)].flat()).toEqual([]);
	expect([list(1001), fields(101), inner(101)]).toEqual([
		['1: rule "one": when.pid: a list of 1001; 1000 are possible'],
		['1: rule "one": when: 101 fields; 100 are possible'],
		['1: rule "one": when.labels: 101 fields; 100 are possible'],
	]);
});
