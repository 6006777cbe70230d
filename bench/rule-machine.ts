import { join } from 'node:path';
import type { Event } from '../src/events/event.ts';
import { Engine } from '../src/rules/engine.ts';
import type { Rule } from '../src/rules/rule.ts';
import { Threads } from '../src/rules/threads.ts';
import { root } from './place.ts';

/** Rules as the daemon has them, without the daemon: engine, thread, and actions that are only counted. */
export type RuleMachine = AsyncDisposable & {
	/** Gives it an event; `due` is called with each action that is to be carried out. */
	hear(event: Event): void;
	/** Resolves when nothing waits. */
	settled(): Promise<void>;
	due: () => void;
};

/** Loads one file of rules in a thread. */
export async function startRules(source: string): Promise<RuleMachine> {
	const lua = new Threads({ program: join(root, 'dist/rules.cjs'), keep: () => {} });
	const loaded = await lua.load('bench.lua', source, undefined);
	if ('mistakes' in loaded) {
		throw new Error(loaded.mistakes.map(({ line, text }) => `bench.lua:${line}: ${text}`).join('\n'));
	}
	const machine = { due: () => {} };
	const engine = new Engine({
		lua,
		clock: {
			now: Date.now,
			steady: () => performance.now(),
			at: (_, then) => {
				const timer = setTimeout(then, 1000);
				return () => clearTimeout(timer);
			},
		},
		view: () => undefined,
		publish: () => {},
		emit: () => {},
		carryOut: (all) => {
			for (const _ of all) {
				machine.due();
			}
		},
	});
	engine.replace(loaded as readonly Rule[]);
	return Object.assign(machine, {
		hear: (event: Event) => engine.hear(event),
		settled: () => engine.settled(),
		[Symbol.asyncDispose]: async () => {
			engine.close();
			await lua.close();
		},
	});
}
