import { expect, onTestFinished, test } from 'vitest';
import { Batch } from '../../src/events/batch.ts';
import { Bus } from '../../src/events/bus.ts';
import { type Event, isGap } from '../../src/events/event.ts';
import { Engine } from '../../src/rules/engine.ts';
import type { Due } from '../../src/rules/engine-ports.ts';
import { RuleFiles } from '../../src/rules/lua/rule-files.ts';
import type { ProcessView, Rule } from '../../src/rules/rule.ts';
import type { Lua } from '../../src/rules/thread.ts';
import { openJournal, scratch } from '../events/scratch.ts';
import { VirtualClock } from './clock.ts';

const memory = `
rule "a leaking worker is recycled" {
    on      = "process.sample",
    when    = { name = { "web-*", "queue" }, rss = above "1.5GiB" },
    lasting = "2m",
    act     = restart { because = "memory" },
}

rule "someone hears about it when a service gives up" {
    on   = "process.failed",
    when = { labels = { tier = "gold" } },
    except = { name = "web-canary" },
    act  = function(event)
        return { run { "mail", "-s", event.name .. " gave up", "oncall" }, emit { type = "pager.sent", name = event.name } }
    end,
}

rule "new configuration, new nginx" {
    on  = "file.changed",
    when = { path = "/etc/nginx/*.conf" },
    limit = { times = 1, within = "1m" },
    act = signal { name = "nginx", signal = "HUP" },
}

rule "no stops of the database" {
    on = "request.received",
    when = { request = "Stop", name = "db" },
    act = function(event)
        state.asked = (state.asked or 0) + 1
        if state.asked < 3 then return fail { because = "ask again" } end
        return allow {}
    end,
}

rule "it never ends" { on = "x.loop", act = emit { type = "x.loop" } }

rule "it raises" { on = "x.raise", act = function(event) return nil .. "x" end }
`;

const gold: Omit<ProcessView, 'name'> = {
	kind: 'daemon',
	state: 'failed',
	pid: undefined,
	since: undefined,
	restarts: 5,
	last: 'exit:1',
	reason: '',
	labels: { tier: 'gold' },
};

/** The engine with Lua, a journal and a bus as the daemon has them. Everything is answered within a turn of the loop. */
function daemon(directory = scratch()) {
	const journal = openJournal(directory);
	const bus = new Bus(journal);
	const batch = new Batch(bus);
	const files = new RuleFiles();
	const loaded = files.load('memory.lua', memory, undefined);
	if ('mistakes' in loaded) {
		throw new Error(JSON.stringify(loaded.mistakes));
	}
	// The batch stamps events by the real clock.
	const clock = new VirtualClock(Date.now());
	const due: Due[] = [];
	const lua: Pick<Lua, 'call'> = { call: (call, done) => queueMicrotask(() => done(files.call(call))) };
	const engine = new Engine({
		lua: lua as Lua,
		clock: clock.port,
		view: (name) => (name === '-' ? undefined : { ...gold, name }),
		publish: (type, name, fields) => batch.add(type, name, fields),
		carryOut: (some) => due.push(...some),
	});
	onTestFinished(() => engine.close());
	bus.follow((event) => engine.hear(event));
	const rules: readonly Rule[] = loaded;
	expect(engine.replace(rules)).toBeUndefined();
	return {
		engine,
		clock,
		journal,
		due,
		happen: (type: Event['type'], name: string, ...fields: string[]) => {
			bus.publish([{ type, name, fields, time: clock.port.now() }]);
		},
		settled: async () => {
			for (let before = -1; before !== journal.newest; ) {
				before = journal.newest;
				await engine.settled();
				batch.flush();
			}
		},
		events: () => [...journal.read(0)].flatMap((one) => (isGap(one) ? [] : [one])),
	};
}

type Daemon = ReturnType<typeof daemon>;

function told({ events }: Daemon, type: Event['type']): string[] {
	return events()
		.filter((event) => event.type === type)
		.map(({ name, fields }) => [name, ...fields].join(' '));
}

test('A worker that leaks for two minutes is restarted, once.', async () => {
	const world = daemon();
	for (let i = 0; i < 30; i++) {
		world.happen('process.sample', 'web-1', 'rss=2000000000');
		world.happen('process.sample', 'queue', 'rss=1000000000');
		world.happen('process.sample', 'db', 'rss=2000000000');
		world.clock.pass(5000);
	}
	await world.settled();
	expect(world.due.map(({ action, event }) => [action.do, event.name])).toEqual([['restart', 'web-1']]);
	expect(told(world, 'rule.fired')).toEqual([
		expect.stringMatching(
			/^web-1 file=memory.lua rule=a leaking worker is recycled act=restart because=memory cause=\d+$/,
		),
	]);
	expect(world.engine.wants().map(({ type }) => type)).toEqual([
		'process.sample',
		'file.changed',
		'request.received',
	]);
});

test('A function answers with actions, of which an event is published with its cause.', async () => {
	const world = daemon();
	world.happen('process.failed', 'web-1', 'pid=5', 'reason=exit 1');
	world.happen('process.failed', 'web-canary', 'pid=6');
	await world.settled();
	expect(world.due.map(({ action }) => action)).toEqual([
		expect.objectContaining({ do: 'run', args: ['mail', '-s', 'web-1 gave up', 'oncall'] }),
	]);
	expect(told(world, 'pager.sent')).toEqual(['web-1 cause=1']);
});

test('A limit is rebuilt from the journal by the next daemon.', async () => {
	const directory = scratch();
	const change = ['file.changed', '-', 'path=/etc/nginx/a.conf', 'what=changed'] as const;
	const first = daemon(directory);
	first.happen(...change);
	await first.settled();
	first.journal.close();
	const second = daemon(directory);
	expect(second.engine.lookBack).toBe(60_000);
	second.engine.resume(second.journal.read(0));
	second.happen(...change);
	await second.settled();
	expect([first.due.length, second.due.length]).toEqual([1, 0]);
	second.clock.pass(60_000);
	second.happen(...change);
	await second.settled();
	expect(second.due).toHaveLength(1);
});

test('A request is refused or allowed by what a function says, which keeps its state.', async () => {
	const world = daemon();
	const ask = (request: string) =>
		world.engine.ask('request.received', 'db', [`request=${request}`, 'uid=0']);
	expect(ask('Start')).toBeUndefined();
	const refused = { refused: 'the rule "no stops of the database" of memory.lua refuses it: ask again' };
	expect(await ask('Stop')).toEqual(refused);
	expect(await ask('Stop')).toEqual(refused);
	expect(await ask('Stop')).toBeUndefined();
	expect(told(world, 'request.received')).toHaveLength(3);
});

test('A chain of rules ends, and what raises three times is switched off, with its line.', async () => {
	const world = daemon();
	world.happen('x.loop', 'a');
	await world.settled();
	expect([told(world, 'x.loop').length, told(world, 'rule.error').length]).toEqual([16, 1]);
	for (let i = 0; i < 5; i++) {
		world.happen('x.raise', 'a');
		await world.settled();
	}
	expect(told(world, 'rule.error')).toHaveLength(4);
	expect(told(world, 'rule.error')[3]).toMatch(/rule=it raises line=37 reason=.*switched off/);
});
