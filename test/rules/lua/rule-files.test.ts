import { expect, test } from 'vitest';
import { limits } from '../../../src/rules/lua/limits.ts';
import { RuleFiles } from '../../../src/rules/lua/rule-files.ts';
import { calling, mistakesOf, rulesOf, said } from './rule.ts';

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
	['\nerror("here")', '3: here'],
	['error("there", 0)', '2: there'],
	['error()', '2: nil'],
	['error { 1 }', '2: table: 0x'],
	['error(setmetatable({}, { __tostring = function() return "shown" end }))', '2: shown'],
	['error(setmetatable({}, { __tostring = function() error("no") end }))', '2: an error that is no text'],
	['error(("x"):rep(2000))', `2: ${'x'.repeat(1024 - 12)}`],
	['return nothing.at.all', "2: attempt to index a nil value (global 'nothing')"],
	['local function f() return 1 + f() end return f()', '2: stack overflow'],
	['return rule "two" {}', '2: rules are declared when their file is loaded, not in a function'],
	['return process()', '2: process: expected the name of a process, got nothing'],
	[
		'return above "x"',
		'2: above: expected a number, a size ("1.5GiB"), a duration ("2m") or a share ("80%"), got "x"',
	],
])('%s is wrong, and says where', (body, wrong) => {
	expect(said(body)).toContain(wrong);
});

test('a word that was called wrongly can be caught', () => {
	expect(said('local ok, why = pcall(restart, "web") return log(why)')).toBe(
		'restart: expected a table, restart { name = "web" }, got "web"',
	);
});

test('what was printed is logged, before what else is to be done', () => {
	expect(said('print("a", 1, nil, 2.5, true) print() return log "b"')).toBe('a\t1\tnil\t2.5\ttrue\n\nb');
	expect(said(`print(("x"):rep(${limits.log})) print(("x"):rep(${limits.log + 1}))`)).toBe(
		`${'x'.repeat(4096)}\n${'x'.repeat(4093)}...`,
	);
	expect(mistakesOf('print("ignored")')).toEqual([]);
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

test('numbers go in as they are: whole ones within 31 bits as integers', () => {
	const event = { a: 3, b: -(2 ** 31), c: 2 ** 31 - 1, d: 2 ** 31, e: 1.5, f: 1_763_753_829_000 };
	const show =
		'return log(table.concat({ math.type(event.a), math.type(event.b), math.type(event.c), math.type(event.d), event.a, event.b, event.c, event.e }, " "))';
	expect(said(show, event)).toBe('integer integer integer float 3 -2147483648 2147483647 1.5');
	expect(said('return run { "a", event.d, event.f, event.f + 0.5 }', event)).toBe('run');
	expect(calling('return run { "a", event.d, event.f, event.f + 0.5 }').call(event)).toMatchObject({
		actions: [{ args: ['a', '2147483648', '1763753829000', '1763753829000.5'] }],
	});
});

test('each call gets a fresh event, and bytes pass unchanged', () => {
	const { call } = calling('event.n = (event.n or 0) + 1 return log(event.n .. event.name)');
	const name = '\x00\x7f\x80\xff\n';
	const expected = { actions: [{ do: 'log', level: 'info', text: `1${name}`, because: undefined }] };
	expect(call({ name: 'é\xff' })).toMatchObject({ actions: [{ text: '1é\xff' }] });
	expect(call({ name: name.slice(1) })).toMatchObject({
		actions: [{ text: expected.actions[0]?.text.replace('\0', '') }],
	});
});

test('process(name) is what is known of it, until it is gone', () => {
	const { files, call } = calling(
		'local p = process("web") return log(p and p.state .. p.labels.tier or "none")',
	);
	const view = {
		name: 'web',
		kind: 'daemon',
		state: 'running',
		pid: 1,
		since: 0,
		restarts: 0,
		last: '-',
		reason: '',
		labels: { tier: 'gold' },
	};
	expect(call()).toMatchObject({ actions: [{ text: 'none' }] });
	files.know('web', view);
	expect(call()).toMatchObject({ actions: [{ text: 'runninggold' }] });
	files.know('web', { ...view, state: 'failed' });
	expect(call()).toMatchObject({ actions: [{ text: 'failedgold' }] });
	files.know('web', undefined);
	expect(call()).toMatchObject({ actions: [{ text: 'none' }] });
	expect(mistakesOf('\nprocess("web")')).toEqual(['2: process: can be asked in a function of a rule only']);
});

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
	expect(call()).toEqual({ wrong: 'the file is not loaded', line: 0 });
});

test('a rule without a function cannot be called', () => {
	const files = new RuleFiles();
	files.load('a.lua', 'rule "one" { on = "timer", act = restart }', undefined);
	expect(files.call({ file: 'a.lua', title: 'one', event: {} })).toEqual({
		wrong: 'it has no function',
		line: 0,
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
