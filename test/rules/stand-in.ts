// Stands in for the thread that runs Lua: its files are JavaScript, so that a test says exactly what a rule does.
// A file sets `rules` (functions of the event, or null where `act` is data) and may use `state`, `view(name)` and `spin(ms)`.
import { parentPort, threadId, workerData } from 'node:worker_threads';
import type { Kept, ProcessView, Rule, Seen } from '../../src/rules/rule.ts';
import {
	type Called,
	type FromThread,
	progressPlaces,
	type ThreadData,
	type ToThread,
} from '../../src/rules/thread.ts';

type Functions = Record<string, ((event: Seen) => unknown) | null>;
type File = { readonly rules: Functions; readonly state: Record<string, Kept> };

const { progress } = workerData as ThreadData;
const files = new Map<string, File>();
const views = new Map<string, ProcessView>();

parentPort?.on('message', (message: ToThread) => {
	switch (message.tag) {
		case 'load':
			load(message.file, message.source, message.state);
			break;
		case 'drop':
			files.delete(message.file);
			break;
		case 'work':
			for (const [name, view] of message.processes) {
				if (view === undefined) {
					views.delete(name);
				} else {
					views.set(name, view);
				}
			}
			if (message.calls.length > 0) {
				work(message.calls);
			}
			break;
	}
});
say({ tag: 'ready' });

function load(file: string, source: string, kept: Kept | undefined): void {
	Atomics.store(progress, progressPlaces.call, -1);
	try {
		const rules: Functions = {};
		const state = structuredClone(kept ?? {}) as Record<string, Kept>;
		const names = [...views.keys()];
		new Function('rules', 'state', 'view', 'spin', 'names', 'threadId', source)(
			rules,
			state,
			(name: string) => views.get(name),
			spin,
			names,
			threadId,
		);
		files.set(file, { rules, state });
		say({
			tag: 'loaded',
			file,
			rules: Object.entries(rules).map(([title, act]) => ruleOf(file, title, act !== null)),
		});
	} catch (error) {
		say({ tag: 'refused', file, mistakes: [{ file, line: 1, text: String(error) }] });
	}
	Atomics.store(progress, progressPlaces.call, 0);
}

function work(calls: Extract<ToThread, { tag: 'work' }>['calls']): void {
	const answers: Called[] = [];
	const changed = new Set<string>();
	let last = 0;
	const each = calls.flatMap(({ id, file, titles, event }) =>
		titles.map((title, index) => ({ id: id + index, file, title, event })),
	);
	for (const { id, file, title, event } of each) {
		last = id;
		Atomics.store(progress, progressPlaces.call, id);
		try {
			const text = files.get(file)?.rules[title]?.(event);
			const actions =
				text === undefined
					? []
					: [{ do: 'log', level: 'info', text: String(text), because: undefined } as const];
			answers.push({ id, actions });
		} catch (error) {
			answers.push({ id, wrong: error instanceof Error ? error.message : String(error), line: 0 });
		}
		changed.add(file);
		Atomics.store(progress, progressPlaces.call, 0);
	}
	const states = [...changed].flatMap((file) => {
		const { state } = files.get(file) ?? {};
		return state === undefined || Object.keys(state).length === 0 ? [] : [[file, state] as const];
	});
	say({ tag: 'done', last, answers, states });
}

function spin(ms: number): void {
	const { user, system } = process.threadCpuUsage();
	for (;;) {
		const now = process.threadCpuUsage();
		if (now.user + now.system - user - system > ms * 1000) {
			return;
		}
	}
}

function ruleOf(file: string, title: string, isFunction: boolean): Rule {
	const act = isFunction ? ({ tag: 'function' } as const) : ({ tag: 'actions', actions: [] } as const);
	return {
		file,
		line: 1,
		title,
		on: [],
		when: {},
		except: {},
		lasting: undefined,
		timer: undefined,
		limit: undefined,
		act,
	};
}

function say(message: FromThread): void {
	parentPort?.postMessage(message);
}
