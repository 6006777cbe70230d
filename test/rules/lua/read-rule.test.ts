import { expect, test } from 'vitest';
import { mistakesOf, ruleOf, rulesOf } from './rule.ts';

test('a rule is what its file says, with its line', () => {
	const [rule] = rulesOf(
		'\n\nrule "a leaking worker is recycled" {\n on = "process.sample",\n act = restart }',
	);
	expect(rule).toEqual({
		file: 'test.lua',
		line: 3,
		title: 'a leaking worker is recycled',
		on: ['process.sample'],
		when: {},
		except: {},
		lasting: undefined,
		timer: undefined,
		limit: undefined,
		act: { tag: 'actions', actions: [{ do: 'restart', name: undefined, because: undefined }] },
	});
});

test.each([
	['on = "process.*"', { on: ['process.*'] }],
	['on = { "process.exited", "pager.sent" }', { on: ['process.exited', 'pager.sent'] }],
	['on = "process.output", when = { name = matching "^web" }', { on: ['process.output'] }],
	['on = { "process.*", "page.*" }, when = { path = "etc/x" }', { on: ['process.*', 'page.*'] }],
	['on = "timer"', { on: ['timer'], timer: undefined }],
	['every = "5m"', { on: ['timer'], timer: { tag: 'every', every: 300_000 } }],
	['every = "10ms"', { timer: { tag: 'every', every: 10 } }],
	['on = "timer", every = "1s"', { on: ['timer'], timer: { tag: 'every', every: 1000 } }],
	['cron = "0 3 * * *"', { on: ['timer'], timer: { tag: 'cron', cron: '0 3 * * *' } }],
	['lasting = "2m"', { lasting: 120_000 }],
	['lasting = "1ms"', { lasting: 1 }],
	['lasting = "2147483647ms"', { lasting: 2_147_483_647 }],
	['limit = { times = 3, within = "1h" }', { limit: { times: 3, within: 3_600_000 } }],
	['limit = { times = 1, within = "1ms" }', { limit: { times: 1, within: 1 } }],
	['limit = { times = 1000000, within = "1h" }', { limit: { times: 1_000_000, within: 3_600_000 } }],
	['on = "file.changed", when = { path = { "/etc/*.conf", "/" } }', { on: ['file.changed'] }],
	['on = "file.changed", when = { path = matching "conf$" }', { on: ['file.changed'] }],
	['on = "library.replaced", when = { path = "etc" }', { on: ['library.replaced'] }],
	['on = "process.*", when = { rss = above(1), exit = 0, ppid = 1 }', { on: ['process.*'] }],
	['on = { "process.ready", "process.sample" }, when = { rss = above(1) }', { when: {} }],
	['on = { "process.ready", "pager.sent" }, when = { rs = above(1) }', { when: {} }],
	['lasting = "1s", except = { labels = { rs = "any key" } }', { except: {} }],
	['act = function(event) end', { act: { tag: 'function' } }],
	['act = { log "a", log "b" }', { act: { tag: 'actions', actions: [{ text: 'a' }, { text: 'b' }] } }],
	['act = { restart, log "b" }', { act: { tag: 'actions', actions: [{ do: 'restart' }, { text: 'b' }] } }],
])('%s', (fields, rule) => {
	expect(ruleOf(fields)).toMatchObject(rule);
});

const on = 'on = "process.exited"';
const act = 'act = restart';

test.each([
	[`wen = {}, ${on}, ${act}`, 'unknown field "wen" (did you mean "when"?)'],
	[
		`on = "process.sample", lasting = "2m", when = { rs = above "1GiB" }, ${act}`,
		'when: unknown field "rs" (did you mean "rss"?); process.sample has pid, start, processes, rss, cpu, fds, restarts, cause, type, name, seq, time, labels, kind, state',
	],
	[
		`on = { "file.changed", "pressure.*" }, except = { path = "/x", exit = 0 }, ${act}`,
		'except: unknown field "exit"; file.changed or pressure.* has path, what, some, full, cause, type, name, seq, time, labels, kind, state',
	],
	[
		`every = "5m", when = { rul = "x" }, ${act}`,
		'when: unknown field "rul" (did you mean "rule"?); timer has file, rule, reason, cause, type, name, seq, time, labels, kind, state',
	],
	[`${on}, ${act}, 5`, '5 stands there without a name; write field = value'],
	[`${on}, ${act}, [false] = 1`, 'has a key that is false; write field = value'],
	[act, 'needs "on": an event type, on = "process.exited", a list of them, or a timer, every = "5m"'],
	[
		`on = {}, ${act}`,
		'needs "on": an event type, on = "process.exited", a list of them, or a timer, every = "5m"',
	],
	[`on = 5, ${act}`, 'on: expected an event type or a list of them, got 5'],
	[`on = { "process.exited", {} }, ${act}`, 'on: expected an event type or a list of them, got a table'],
	[`on = { x = 1 }, ${act}`, 'on: expected an event type or a list of them, got a table'],
	[`on = "process.exted", ${act}`, 'on: "process.exted" is no event type (did you mean "process.exited"?)'],
	[
		`${on}, every = "5m", ${act}`,
		'"on" together with "every" or "cron": a rule with a timer hears nothing else; write two rules',
	],
	[
		`${on}, cron = "0 3 * * *", ${act}`,
		'"on" together with "every" or "cron": a rule with a timer hears nothing else; write two rules',
	],
	[
		`on = "process.output", ${act}`,
		'process.output: needs the name of whose lines are meant, when = { name = "web-*" }',
	],
	[
		`on = "file.changed", when = { path = "etc/x" }, ${act}`,
		'when.path: expected an absolute path, got "etc/x": write it from / on',
	],
	[
		`on = "file.*", when = { path = { "/etc/x", "/etc//y" } }, ${act}`,
		'when.path: "/etc//y" has // or a / at its end, which no event carries: write the path without',
	],
	[`every = "5m", cron = "0 3 * * *", ${act}`, '"every" and "cron" are two timers; write two rules'],
	[
		`every = "5m", lasting = "1s", ${act}`,
		'"lasting" makes no sense with a timer: it fires at its time and lasts no time',
	],
	[`every = 5, ${act}`, 'every: expected a duration ("200ms", "5s", "2m" or "1h"), got 5'],
	[`every = "0s", ${act}`, 'every: "0s" is less than 10ms'],
	[`every = "9ms", ${act}`, 'every: "9ms" is less than 10ms'],
	[
		`every = "5 minutes", ${act}`,
		'every: expected a duration ("200ms", "5s", "2m" or "1h"), got "5 minutes"',
	],
	[
		`cron = "0 3 * *", ${act}`,
		`cron: "0 3 * *": invalid configuration format ('0 3 * *'), exactly five, six, or seven space separated parts are required.`,
	],
	[`cron = "0 0 31 2 *", ${act}`, 'cron: "0 0 31 2 *" never comes'],
	[`cron = 5, ${act}`, 'cron: expected a cron expression of five fields ("0 3 * * *"), got 5'],
	[`${on}, ${act}, lasting = "0s"`, 'lasting: "0s" is less than 1ms'],
	[
		`${on}, ${act}, lasting = "2147483648ms"`,
		'lasting: "2147483648ms" is longer than 2147483647ms (596h, 24.8 days)',
	],
	[`${on}, ${act}, limit = 3`, 'limit: expected limit = { times = 3, within = "1h" }, got 3'],
	[`${on}, ${act}, limit = { times = 3 }`, 'limit: needs "within": limit = { times = 3, within = "1h" }'],
	[`${on}, ${act}, limit = { within = "1h" }`, 'limit: needs "times": limit = { times = 3, within = "1h" }'],
	[
		`${on}, ${act}, limit = { times = 0, within = "1h" }`,
		'limit: times: expected a whole number, 1 to 1000000, got 0',
	],
	[
		`${on}, ${act}, limit = { times = 1000001, within = "1h" }`,
		'limit: times: expected a whole number, 1 to 1000000, got 1000001',
	],
	[`${on}, ${act}, limit = { times = 1, within = "0s" }`, 'limit: within: "0s" is less than 1ms'],
	[`${on}, ${act}, limit = { times = 1, within = "1h", per = 1 }`, 'limit: unknown field "per"'],
	[
		on,
		'needs "act": an action, act = restart { because = "memory" }, a list of them, or a function of the event',
	],
	[`${on}, act = "restart"`, 'act: expected an action, a list of actions or nothing, got "restart"'],
	[
		`${on}, act = above(5)`,
		'act: expected an action, a list of actions or nothing, got a test (above, below, matching)',
	],
	[`${on}, act = {}`, 'act: an empty list does nothing'],
	[`${on}, act = { restart, 5 }`, 'act[2]: expected an action, a list of actions or nothing, got 5'],
	[
		`${on}, act = { restart, function() end }`,
		'act[2]: expected an action, a list of actions or nothing, got a function',
	],
	[
		`on = { "timer", "file.*" }, when = { path = { "/etc/x", "/etc/" } }, ${act}`,
		'when.path: "/etc/" has // or a / at its end, which no event carries: write the path without',
	],
	[
		`${on}, act = { restart, name = "x" }`,
		'act: expected an action or a list of actions, got a table with other keys',
	],
])('{ %s }', (fields, mistake) => {
	expect(mistakesOf(`\nrule "one" { ${fields} }`)).toEqual([`2: rule "one": ${mistake}`]);
});

test('`on` has 100 types at most', () => {
	const mistakes = (n: number) =>
		mistakesOf(`local t = {} for i = 1, ${n} do t[i] = "timer" end rule "one" { on = t, ${act} }`);
	expect([mistakes(1), mistakes(100)]).toEqual([[], []]);
	expect(mistakes(101)).toEqual(['1: rule "one": on: 101 types; 100 are possible']);
});
