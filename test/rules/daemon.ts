import { expect, onTestFinished } from 'vitest';
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
export function daemon(directory = scratch()) {
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
		emit: (type, name, fields) => batch.emit(type, name, fields),
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

export type Daemon = ReturnType<typeof daemon>;

/** The name and the fields of the events of a type. */
export function told({ events }: Daemon, type: Event['type']): string[] {
	return events()
		.filter((event) => event.type === type)
		.map(({ name, fields }) => [name, ...fields].join(' '));
}
