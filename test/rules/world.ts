import { expect } from 'vitest';
import { type Refusal, refuse } from '../../src/base/refusal.ts';
import type { CustomType, Event, EventType } from '../../src/events/event.ts';
import type { Action } from '../../src/rules/action.ts';
import type { Condition, Test } from '../../src/rules/condition.ts';
import { Diary } from '../../src/rules/diary.ts';
import { type Known, knownFrom, knownOf } from '../../src/rules/diary-page.ts';
import { Engine } from '../../src/rules/engine.ts';
import type { Due, EnginePorts } from '../../src/rules/engine-ports.ts';
import type { ProcessView, Rule, Seen } from '../../src/rules/rule.ts';
import type { Lua, Outcome } from '../../src/rules/thread.ts';
import { Turns } from '../../src/rules/turns.ts';
import { VirtualClock } from './clock.ts';

/** A rule as a test declares it: what is left out is as in a file that leaves it out. */
export function rule(title: string, o: Partial<Omit<Rule, 'title'>> & { readonly act?: Rule['act'] }): Rule {
	const base = { file: 'a.lua', line: 1, when: {}, except: {}, lasting: undefined, limit: undefined };
	const on = o.timer === undefined ? ['process.exited'] : ['timer'];
	return { ...base, title, on, timer: undefined, act: acts({ do: 'log', level: 'info', text: title }), ...o };
}

type Plain = Action extends infer A
	? A extends Action
		? Omit<A, 'because'> & { because?: string }
		: never
	: never;

/** `act` as data. */
export function acts(...actions: Plain[]): Rule['act'] {
	return { tag: 'actions', actions: actions.map(whole) };
}

/** An answer of a function. */
export function answers(...actions: Plain[]): Outcome {
	return { actions: actions.map(whole) };
}

function whole(action: Plain): Action {
	return { because: undefined, ...action } as Action;
}

/** A function: what the world's `lua` says is called. */
export const calls = { tag: 'function' } as const;

export function glob(text: string): Test {
	return { is: 'glob', glob: text };
}

export function named(name: string): Condition {
	return { name: glob(name) };
}

type Lately = { readonly title: string; readonly seen: Seen; readonly answer: (outcome: Outcome) => void };

/** An engine in a world of which everything it does is written down. Events that it publishes it hears at once. */
export class World {
	readonly clock = new VirtualClock();
	/** Everything published, in order. */
	readonly events: Event[] = [];
	/** What was carried out, batch by batch: `log sentence`, `restart web`. */
	readonly batches: string[][] = [];
	readonly due: Due[] = [];
	/** Calls of functions that nothing in `functions` answers: a test does. */
	readonly open: Lately[] = [];
	/** By the rule's sentence. */
	readonly functions: Record<string, (seen: Seen) => Outcome> = {};
	readonly views: Record<string, ProcessView> = {};
	/** What cannot be carried out, by the name of the action. */
	readonly impossible: Record<string, Refusal> = {};
	/** Where it is an array, what is published waits there until a test has it heard. */
	unheard: Event[] | undefined;
	/** Of the loop's turns, which are never over unless a test lets them be. */
	turnTime = () => 0;
	readonly engine: Engine;

	/** What the daemon that comes after would know. */
	readonly diary: Diary;

	/** Behind `known`: after a daemon that died. */
	constructor(...given: Rule[] | [Known, ...Rule[]]) {
		const [first] = given;
		const known = first !== undefined && 'reached' in first ? first : knownFrom(0);
		const rules: Rule[] = [];
		for (const one of given) {
			if (!('reached' in one)) {
				rules.push(one);
			}
		}
		this.diary = new Diary(known, () => {});
		const lua: Pick<Lua, 'call'> = {
			call: ({ title, event }, done) => {
				const known = this.functions[title];
				if (known === undefined) {
					this.open.push({ title, seen: event, answer: done });
				} else {
					done(known(event));
				}
			},
		};
		const ports: EnginePorts = {
			lua: lua as Lua,
			clock: this.clock.port,
			view: (name) => this.views[name],
			diary: this.diary,
			publish: (type, name, fields) => void this.happen(type, name, ...fields),
			emit: (type, name, fields) => void this.happen(type, name, ...fields),
			carryOut: (due, refused) => {
				this.due.push(...due);
				this.batches.push(due.map(shortOf));
				for (const [at, { action }] of due.entries()) {
					const why = this.impossible[action.do];
					if (why !== undefined) {
						refused(at, why);
					}
				}
			},
		};
		this.engine = new Engine(ports, new Turns(() => this.turnTime()));
		const { past } = this.engine;
		this.diary.reached = () => {
			const files = [...new Set(rules.map(({ file }) => file))];
			const answers = files.map((file) => [file, past.answersOf(file)] as const);
			return { at: past.at, behind: [...past.behind], owed: past.owed, answers };
		};
		for (const [file, answers] of known.reached.answers) {
			past.know(file, answers);
		}
		const files = rules.map(({ file }) => file);
		this.engine.replace(rules, [], new Set(first === known ? files : []));
	}

	/** What is known now, as whoever reads it. */
	get known(): Known {
		return knownOf([JSON.parse(JSON.stringify(this.diary.all()))]) as Known;
	}

	/** Something happens now. */
	happen(type: EventType, name = '-', ...fields: string[]): Event {
		const event = { seq: this.events.length + 1, time: this.clock.port.now(), type, name, fields };
		this.events.push(event);
		if (this.unheard === undefined) {
			this.engine.hear(event);
		} else {
			this.unheard.push(event);
		}
		return event;
	}

	/** Everything carried out since this was last asked, once nothing waits. */
	async done(): Promise<string[]> {
		await this.engine.settled();
		return this.batches.splice(0).flat();
	}

	/** The fields of the events of a type, each joined by spaces. */
	told(type: EventType): string[] {
		return this.events
			.filter((event) => event.type === type)
			.map(({ name, fields }) => [name, ...fields].join(' '));
	}

	/** Answers the first call that waits; it has to be of that rule. */
	answer(title: string, outcome: Outcome): void {
		const first = this.open.shift();
		expect(first?.title).toBe(title);
		first?.answer(outcome);
	}
}

/** A mistake of a function. */
export function wrong(text = 'bad', line = 7): Outcome {
	return { wrong: text, line };
}

/** What an action cannot be carried out with. */
export const cannot = refuse('there is none');

function shortOf({ action, event }: Due): string {
	const what = 'name' in action ? (action.name ?? `(${event.name})`) : '';
	return action.do === 'log' ? `${action.text} ${event.seq}` : `${action.do} ${what}`;
}

export const log = (text: string) => ({ do: 'log', level: 'info', text }) as const;
export const restart = { do: 'restart', name: undefined } as const;
export const emit = (type: string, ...fields: string[]) =>
	({ do: 'emit', type: type as CustomType, name: undefined, fields }) as const;
