import { isRefusal } from '../base/refusal.ts';
import type { Event, EventType } from '../events/event.ts';
import { fieldsIn } from '../events/fields.ts';
import type { AskingType } from '../rules/askers.ts';
import { Engine } from '../rules/engine.ts';
import type { Rule } from '../rules/rule.ts';
import type { Lua } from '../rules/thread.ts';
import type { Known } from './known.ts';
import { VirtualClock } from './virtual-clock.ts';
import { actionWords } from './words.ts';

/** What a rule would have done: when, about which event, and in words. */
export type Told = {
	readonly time: number;
	readonly event: Event;
	readonly rule: string;
	readonly action: string;
};

/** How often each rule fired that did, and how many errors there were. */
export type Summary = { readonly fired: ReadonlyMap<string, number>; readonly errors: number };

export type ReplayOptions = {
	readonly lua: Lua;
	/** Of files that `lua` has loaded. */
	readonly rules: readonly Rule[];
	/** In the order of their numbers. */
	readonly events: readonly Event[];
	readonly known: Known;
	/** The time that is replayed, milliseconds since 1970. */
	readonly from: number;
	readonly to: number;
	/** Called with everything that a rule would have done, in order. */
	readonly tell: (told: Told) => void;
};

/**
 * Gives recorded events to rules as if they happened now, on a clock of their own. Nothing is carried out: it is told. What
 * rules emit is an event like the others, with a number behind all that are recorded. What these very rules left in the
 * journal when they were in force, their timers and their firings, is passed over.
 */
export async function replay(options: ReplayOptions): Promise<Summary | { readonly refused: string }> {
	const replaying = new Replaying(options);
	const refused = await replaying.begin();
	if (refused !== undefined) {
		return refused;
	}
	const files = new Set(options.rules.map(({ file }) => `file=${file}`));
	for (const event of options.events) {
		if (!isOfRule(event) || !event.fields.some((field) => files.has(field))) {
			await replaying.play(event);
		}
	}
	await replaying.end();
	return replaying;
}

class Replaying implements Summary {
	readonly fired = new Map<string, number>();
	errors = 0;
	readonly #options: ReplayOptions;
	readonly #clock: VirtualClock;
	readonly #engine: Engine;
	/** What rules may still be told about, by its number. */
	readonly #happened = new Map<number, Event>();
	/** Published, and not heard yet. */
	readonly #published: Event[] = [];
	#newest: number;
	/** The rule that is told about now. */
	#rule = '';
	/** The recorded event that asks permission now. */
	#asking: Event | undefined;

	constructor(options: ReplayOptions) {
		const { from, events, lua, known } = options;
		this.#options = options;
		this.#clock = new VirtualClock(from);
		this.#newest = events.at(-1)?.seq ?? 0;
		this.#engine = new Engine({
			lua,
			clock: this.#clock,
			view: (name) => known.view(name),
			publish: (type, name, fields) => this.#publish(type, name, fields),
			emit: (type, name, fields) => this.#publish(type, name, fields),
			carryOut: (all) => {
				for (const { event, rule, action } of all) {
					this.#tell(event, rule.title, actionWords(action, event.name));
				}
			},
		});
	}

	async begin(): Promise<{ readonly refused: string } | undefined> {
		const { known, lua, rules } = this.#options;
		for (const view of known.all()) {
			lua.know(view.name, view);
		}
		const refused = this.#engine.replace(rules);
		await this.#settle();
		return refused;
	}

	async play(event: Event): Promise<void> {
		await this.#clock.goTo(event.time, () => this.#settle());
		this.#hear(event);
		await this.#settle();
	}

	async end(): Promise<void> {
		await this.#clock.goTo(this.#options.to, () => this.#settle());
		this.#engine.close();
	}

	#hear(event: Event): void {
		const { known, lua } = this.#options;
		this.#happened.set(event.seq, event);
		const view = known.hear(event);
		if (view !== undefined) {
			lua.know(view.name, view);
		}
		const { type } = event;
		const isAsked = type === 'request.received' || type === 'bind.requested' ? this.#ask(type, event) : false;
		if (!isAsked) {
			this.#engine.hear(event);
		}
	}

	/** Whether a rule is asked for permission. */
	#ask<T extends AskingType>(type: T, event: Event): boolean {
		const fields = fieldsIn(type, event.fields);
		this.#asking = { ...event, fields };
		const asked = this.#engine.ask(type, event.name, fields);
		this.#asking = undefined;
		void asked?.then((answer) => {
			if (isRefusal(answer)) {
				this.#tell(event, this.#rule, `refuse: ${answer.refused}`);
			}
		});
		return asked !== undefined;
	}

	#publish(type: EventType, name: string, fields: readonly string[]): void {
		const asking = this.#asking;
		if (asking !== undefined) {
			this.#asking = undefined;
			this.#engine.hear(asking);
			return;
		}
		const event = { seq: ++this.#newest, time: this.#clock.now(), type, name, fields };
		this.#published.push(event);
		const about = this.#happened.get(Number(fieldOf(fields, 'cause'))) ?? event;
		const rule = fieldOf(fields, 'rule');
		switch (type) {
			case 'timer':
				return;
			case 'rule.fired':
				this.#rule = rule;
				this.fired.set(rule, (this.fired.get(rule) ?? 0) + 1);
				return;
			case 'rule.error': {
				const line = fieldOf(fields, 'line');
				const place = line === '' ? '' : `line ${line}: `;
				this.#rule = rule;
				this.errors++;
				this.#tell(about, rule, `error: ${place}${fieldOf(fields, 'reason')}`);
				return;
			}
			default: {
				const own = fields.filter((field) => !field.startsWith('cause='));
				this.#tell(about, this.#rule, ['emit', type, name, ...own].join(' '));
			}
		}
	}

	#tell(event: Event, rule: string, action: string): void {
		this.#options.tell({ time: this.#clock.now(), event, rule, action });
	}

	/** Until nothing more comes of what has happened so far. */
	async #settle(): Promise<void> {
		do {
			for (const event of this.#published.splice(0)) {
				this.#hear(event);
			}
			await this.#engine.settled();
			// What they ask for is handed on at the end of the turn.
			await Promise.resolve();
		} while (this.#published.length > 0);
	}
}

function isOfRule({ type }: Event): boolean {
	return type === 'timer' || type === 'rule.fired' || type === 'rule.error';
}

function fieldOf(fields: readonly string[], key: string): string {
	return fields.find((field) => field.startsWith(`${key}=`))?.slice(key.length + 1) ?? '';
}
