import { expect, test } from 'vitest';
import { Known } from '../../src/cli/known.ts';
import { replay, type Told } from '../../src/cli/replay.ts';
import type { Event, EventType } from '../../src/events/event.ts';
import { RuleFiles } from '../../src/rules/lua/rule-files.ts';
import type { Rule } from '../../src/rules/rule.ts';
import type { Lua } from '../../src/rules/thread.ts';

/** Lua without a thread, whose answers come later all the same. */
function inPlace(files: RuleFiles): Lua {
	return {
		load: async (file, source, state) => files.load(file, source, state),
		drop: (file) => files.drop(file),
		know: (name, view) => files.know(name, view),
		call: (call, done) => void setImmediate(() => done(files.call(call))),
		close: async () => {},
	};
}

function event(seq: number, time: number, type: EventType, name = 'web', ...fields: string[]): Event {
	return { seq, time, type, name, fields };
}

/** What the rules of `a.lua` would have done between 0 and 10 000. */
async function replayed(source: string, ...events: Event[]) {
	const files = new RuleFiles();
	const rules = files.load('a.lua', source, undefined);
	expect(rules).not.toHaveProperty('mistakes');
	const told: Told[] = [];
	const summary = await replay({
		lua: inPlace(files),
		rules: rules as readonly Rule[],
		events,
		known: new Known([], new Map(), 0),
		from: 0,
		to: 10_000,
		tell: (one) => told.push(one),
	});
	return { lines: told.map((it) => `${it.time} ${it.event.seq} ${it.rule}: ${it.action}`), summary };
}

test('functions, what is emitted and what that brings about come before the next event', async () => {
	const { lines, summary } = await replayed(
		`rule "first" { on = "process.exited", act = function(event) return emit { type = "my.end", code = event.exit } end }
		 rule "second" { on = "my.end", act = function(event) return log("code " .. event.code) end }`,
		event(5, 100, 'process.exited', 'web', 'exit=3'),
		event(6, 200, 'process.exited', 'db', 'exit=0'),
	);
	expect(lines).toEqual([
		'100 5 first: emit my.end web code=3',
		'100 8 second: log info: code 3',
		'200 6 first: emit my.end db code=0',
		'200 11 second: log info: code 0',
	]);
	expect(summary).toMatchObject({
		fired: new Map([
			['first', 2],
			['second', 2],
		]),
	});
});

test('lasting and timers fire at their time, in between the events and behind the last', async () => {
	const { lines } = await replayed(
		`rule "every" { every = "4s", act = log "tick" }
		 rule "lasting" { on = "process.degraded", lasting = "1s", act = restart }`,
		event(1, 2500, 'process.degraded'),
		event(2, 9500, 'process.degraded', 'db'),
	);
	expect(lines.map((line) => line.replace(/ \d+ /, ' '))).toEqual([
		'3500 lasting: restart web',
		'4000 every: log info: tick',
		'8000 every: log info: tick',
	]);
});

test('what the file itself left in the journal is passed over, what others left is not', async () => {
	const { lines } = await replayed(
		`rule "every" { every = "20s", act = log "tick" }
		 rule "told" { on = { "rule.fired", "timer" }, act = log "heard" }`,
		event(1, 10, 'timer', '-', 'file=a.lua', 'rule=every'),
		event(2, 20, 'rule.fired', 'web', 'file=a.lua', 'rule=every', 'act=log'),
		event(3, 30, 'rule.fired', 'web', 'file=b.lua', 'rule=every', 'act=log'),
		event(4, 40, 'timer', 'job'),
	);
	expect(lines).toEqual(['30 3 told: log info: heard', '40 4 told: log info: heard']);
});

test('what asked permission is asked again, and a refusal is told', async () => {
	const { lines } = await replayed(
		`rule "no" { on = "request.received", when = { request = "Stop" }, act = fail { because = "not now" } }
		 rule "function" { on = "request.received", when = { request = "Start" }, act = function() return fail "never" end }`,
		event(1, 10, 'request.received', 'db', 'request=Stop', 'uid=0'),
		event(2, 20, 'request.received', 'db', 'request=Start', 'uid=0'),
		event(3, 30, 'request.received', 'db', 'request=Signal', 'uid=0'),
	);
	expect(lines).toEqual([
		'10 1 no: refuse: the rule "no" of a.lua refuses it: not now',
		'20 2 function: refuse: the rule "function" of a.lua refuses it: never',
	]);
});

test('an error is told with its line and counted, also one of a rule that never fired', async () => {
	const { lines, summary } = await replayed(
		'rule "raises" {\n on = "process.exited",\n act = function() error("no idea", 0) end,\n}',
		event(1, 10, 'process.exited'),
	);
	expect(lines).toEqual([expect.stringMatching(/^10 1 raises: error: line 3: no idea/)]);
	expect(summary).toMatchObject({ errors: 1 });
});

test('nothing recorded is nothing done', async () => {
	expect(await replayed('rule "all" { on = "*", act = log "it" }')).toMatchObject({ lines: [] });
});
