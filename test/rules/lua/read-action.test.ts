import { expect, test } from 'vitest';
import { limits } from '../../../src/rules/lua/limits.ts';
import { actionOf, mistakesOf } from './rule.ts';

const because = undefined;
const name = undefined;

test.each([
	['start { name = "web" }', { do: 'start', name: 'web', because }],
	['restart', { do: 'restart', name, because }],
	['restart {}', { do: 'restart', name, because }],
	['restart()', { do: 'restart', name, because }],
	['{ restart }', { do: 'restart', name, because }],
	['restart { name = "web-*", because = "memory" }', { do: 'restart', name: 'web-*', because: 'memory' }],
	['pause', { do: 'pause', name, because }],
	['resume { name = "web" }', { do: 'resume', name: 'web', because }],
	['stop', { do: 'stop', name, timeout: undefined, because }],
	['stop { timeout = "0s" }', { do: 'stop', name, timeout: 0, because }],
	['signal { signal = "SIGHUP" }', { do: 'signal', name, signal: 1, because }],
	['signal { name = "web", signal = 15 }', { do: 'signal', name: 'web', signal: 15, because }],
	[
		'run { "echo", 1, 1.5, 2^40, "" }',
		{ do: 'run', args: ['echo', '1', '1.5', '1099511627776', ''], env: [], as: undefined, because },
	],
	[
		'run { "job", env = { LANG = "C" }, as = "j" }',
		{ do: 'run', args: ['job'], env: ['LANG=C'], as: 'j', because },
	],
	[
		'run { "job", env = { "A=1=2", B = 2, C = "" } }',
		{ do: 'run', args: ['job'], env: ['B=2', 'C=', 'A=1=2'], as: undefined, because },
	],
	['monitor', { do: 'monitor', pid: undefined, name, because }],
	['monitor { pid = 12, name = "pg" }', { do: 'monitor', pid: 12, name: 'pg', because }],
	['depend { on = "db" }', { do: 'depend', name, on: 'db', kind: 'requires', because }],
	[
		'depend { name = "web", on = "db", kind = "after" }',
		{ do: 'depend', name: 'web', on: 'db', kind: 'after', because },
	],
	['undepend { on = "db" }', { do: 'undepend', name, on: 'db', because }],
	['emit { type = "pager.sent" }', { do: 'emit', type: 'pager.sent', name, fields: [], because }],
	[
		'emit { type = "pager.sent", name = "web", to = "oncall, you", count = 3, ok = true, none = "", because = "why" }',
		{
			do: 'emit',
			type: 'pager.sent',
			name: 'web',
			fields: ['to=oncall, you', 'count=3', 'ok=true', 'none='],
			because: 'why',
		},
	],
	['log "something"', { do: 'log', level: 'info', text: 'something', because }],
	['log(12)', { do: 'log', level: 'info', text: '12', because }],
	['log { "something", level = "warn" }', { do: 'log', level: 'warn', text: 'something', because }],
	['log { text = "something", level = "debug" }', { do: 'log', level: 'debug', text: 'something', because }],
	['fail', { do: 'fail', because }],
	['fail "not today"', { do: 'fail', because: 'not today' }],
	['fail { because = "not today" }', { do: 'fail', because: 'not today' }],
	['allow', { do: 'allow', because }],
])('%s', (code, action) => {
	expect(actionOf(code)).toEqual(action);
});

test.each([
	['restart "web"', 'restart: expected a table, restart { name = "web" }, got "web"'],
	['restart(function() end)', 'restart: expected a table, restart { name = "web" }, got a function'],
	['restart { becuase = "x" }', 'restart: unknown field "becuase" (did you mean "because"?)'],
	['restart { "web" }', 'restart: "web" stands there without a name; write field = value'],
	['restart { [true] = 1 }', 'restart: has a key that is true; write field = value'],
	[
		'restart { name = "-x" }',
		'restart: name: "-x" is neither a name nor a glob: letters, digits and _.@-, 64 at most, the first a letter or a digit; a glob has *, ?, [a-z] or [!a-z]',
	],
	['restart { name = {} }', 'restart: name: expected a name, got a table'],
	['restart { because = "" }', 'restart: because: is empty'],
	['restart { because = "a\\0b" }', 'restart: because: holds a NUL'],
	['stop { timeout = 5 }', 'stop: timeout: "5" is not a duration; write 200ms, 5s, 2m or 1h'],
	['signal()', 'signal: needs "signal": signal { signal = "HUP" }'],
	['signal { signal = "FOO" }', 'signal: signal: "FOO" is not a signal; write HUP, SIGHUP or 1'],
	['signal { signal = 0 }', 'signal: signal: "0" is not a signal; write HUP, SIGHUP or 1'],
	['run()', 'run: needs a program: run { "mail", "-s", "subject", "oncall" }'],
	['run { "" }', 'run: argument 1: the program is empty'],
	['run { "a", {} }', 'run: argument 2: expected a text or a number, got a table'],
	['run { "a", nil, "b" }', 'run: argument 2: expected a text or a number, got nothing'],
	['run { "a", env = "LANG=C" }', 'run: env: expected a table, env = { LANG = "C" }, got "LANG=C"'],
	['run { "a", env = { "LANG" } }', 'run: env: "LANG" is no setting; write env = { LANG = "C" }'],
	['run { "a", env = { "=C" } }', 'run: env: "=C" is no setting; write env = { LANG = "C" }'],
	['run { "a", env = { [""] = "C" } }', 'run: env: "=C" is no setting; write env = { LANG = "C" }'],
	['run { "a", env = { ["A=B"] = "C" } }', 'run: env: "A=B=C" is no setting; write env = { LANG = "C" }'],
	[
		'run { "a", as = "b*" }',
		'run: as: "b*" is not a name: letters, digits and _.@-, 64 at most, the first a letter or a digit',
	],
	['monitor { pid = 0 }', 'monitor: pid: expected a whole number, 1 to 4194304, got 0'],
	['monitor { pid = 4194305 }', 'monitor: pid: expected a whole number, 1 to 4194304, got 4194305'],
	['monitor { pid = 1.5 }', 'monitor: pid: expected a whole number, 1 to 4194304, got 1.5'],
	['depend { name = "web" }', 'depend: needs "on": depend { name = "web", on = "db" }'],
	['depend { on = "db", kind = "needs" }', 'depend: kind: "needs" is not one of requires, wants, after'],
	['undepend {}', 'undepend: needs "on": undepend { name = "web", on = "db" }'],
	['emit "pager.sent"', 'emit: expected a table, emit { type = "pager.sent" }, got "pager.sent"'],
	['emit { name = "web" }', 'emit: needs "type": emit { type = "pager.sent" }'],
	[
		'emit { type = "process.exited" }',
		'emit: type: "process.exited": events of the family "process" are archon\'s own; emit a type of another family',
	],
	[
		'emit { type = "timer" }',
		'emit: type: "timer": events of the family "timer" are archon\'s own; emit a type of another family',
	],
	[
		'emit { type = "pager" }',
		'emit: type: "pager" is no type of an event; write two words with a point between, "pager.sent"',
	],
	['emit { type = "a.b", cause = 1 }', 'emit: "cause" is a field that archon itself gives an event'],
	[
		'emit { type = "a.b", ["a b"] = 1 }',
		'emit: "a b" cannot be the key of a field; it has letters, digits and _.-',
	],
	['emit { type = "a.b", to = {} }', 'emit: to: expected a text, a number or a boolean, got a table'],
	['log()', 'log: needs one text: log "something", or log { text = "something", level = "warn" }'],
	['log { "a", "b" }', 'log: needs one text: log "something", or log { text = "something", level = "warn" }'],
	[
		'log { "a", text = "b" }',
		'log: needs one text: log "something", or log { text = "something", level = "warn" }',
	],
	['log { "a", level = "loud" }', 'log: level: "loud" is not one of error, warn, info, debug'],
	['log(true)', 'log: expected a table, log { "something" }, got true'],
	['fail { reason = "x" }', 'fail: unknown field "reason"'],
])('%s is refused', (code, reason) => {
	expect(actionOf(code)).toBe(reason);
});

test.each([
	['because', limits.because, (n: number) => `restart { because = ("x"):rep(${n}) }`, 1],
	['text', limits.log, (n: number) => `log(("x"):rep(${n}))`, 0],
	['argument', limits.arg, (n: number) => `run { "a", ("x"):rep(${n}) }`, 0],
	['value', limits.emitValue, (n: number) => `emit { type = "a.b", to = ("x"):rep(${n}) }`, 0],
])('%s: %i bytes at most', (_, most, code, least) => {
	for (const n of [least, 1, most]) {
		expect(actionOf(code(n))).toBeTypeOf('object');
	}
	expect(actionOf(code(most + 1))).toContain(`is ${most + 1} bytes long; ${most} are possible`);
});

test.each([
	['arguments', limits.args, (n: number) => `run { "a", table.unpack(t, 2, ${n}) }`],
	['settings', limits.env, (n: number) => `run { "a", env = { table.unpack(t, 1, ${n}) } }`],
])('%s: %i at most', (what, most, code) => {
	const before = `local t = {} for i = 1, ${most + 1} do t[i] = "A=1" end `;
	const mistakes = (n: number) => mistakesOf(`${before} rule "one" { on = "timer", act = ${code(n)} }`);
	expect([mistakes(1), mistakes(most)]).toEqual([[], []]);
	expect(mistakes(most + 1).join()).toContain(`${most + 1} ${what}; ${most} are possible`);
});

test('fields of an emit: 64 at most', () => {
	const mistakes = (n: number) =>
		mistakesOf(
			`local t = { type = "a.b" } for i = 1, ${n} do t["f" .. i] = i end rule "one" { on = "timer", act = emit(t) }`,
		);
	expect([mistakes(0), mistakes(1), mistakes(64)]).toEqual([[], [], []]);
	expect(mistakes(65)).toEqual(['1: emit: 65 fields; 64 are possible']);
});

test('a type of an event to emit: two words of 64 letters at most', () => {
	const word = 'a'.repeat(64);
	expect(actionOf(`emit { type = "${word}.${word}" }`)).toMatchObject({ type: `${word}.${word}` });
	expect(actionOf(`emit { type = "${word}a.b" }`)).toContain('is no type of an event');
	expect(actionOf(`emit { type = "b.${word}a" }`)).toContain('is no type of an event');
});

test('every mistake in one action is told', () => {
	expect(
		mistakesOf('\nrule "one" { on = "timer", act = signal { signal = "FOO", nme = "x", name = "/" } }'),
	).toEqual([
		'2: signal: name: "/" is neither a name nor a glob: letters, digits and _.@-, 64 at most, the first a letter or a digit; a glob has *, ?, [a-z] or [!a-z]',
		'2: signal: signal: "FOO" is not a signal; write HUP, SIGHUP or 1',
		'2: signal: unknown field "nme" (did you mean "name"?)',
	]);
});
