import type { Event } from '../events/event.ts';
import type { SpellRecord } from './diary-page.ts';
import type { EnginePorts } from './engine-ports.ts';
import type { Seen } from './rule.ts';

/** Types that may say that a process has ended or another one of its name has started. */
export const endingTypes = ['process.exited', 'process.starting', 'process.monitored'] as const;

/** How many spells all rules may have at a time. */
export class Room {
	#left: number;

	constructor(most = 65_536) {
		this.#left = most;
	}

	take(): boolean {
		return this.#left > 0 && this.#left-- > 0;
	}

	giveBack(): void {
		this.#left++;
	}
}

/** What has matched for a while, of one process name. */
type Spell = {
	/** The start, or else the pid, where the events tell it. */
	which: string | undefined;
	/** When it began, milliseconds since 1970. */
	readonly since: number;
	/** The latest that matched; undefined: it has fired. */
	latest: { readonly event: Event; readonly seen: Seen } | undefined;
	readonly callOff: () => void;
};

/**
 * `lasting`: fires once what matches a rule has matched that long without a break, by a timer, with the latest event that
 * matched, and not again before that is broken: by an event of the rule's types that does not match, or by the end or a
 * new start of the process. Counted for each name, from the time of the first event that matched.
 */
export class Lasting {
	readonly #ms: number;
	readonly #clock: EnginePorts['clock'];
	readonly #room: Room;
	readonly #fire: (event: Event, seen: Seen) => void;
	readonly #note: (name: string, record: SpellRecord | undefined) => void;
	readonly #spells = new Map<string, Spell>();

	constructor(o: {
		readonly ms: number;
		readonly clock: EnginePorts['clock'];
		readonly room: Room;
		readonly fire: (event: Event, seen: Seen) => void;
		/** What became of a spell; undefined: it is over and may begin anew. */
		readonly note?: (name: string, record: SpellRecord | undefined) => void;
	}) {
		this.#ms = o.ms;
		this.#clock = o.clock;
		this.#room = o.room;
		this.#fire = o.fire;
		this.#note = o.note ?? (() => {});
	}

	/** An event of the rule's types, and whether it matches. False: it would begin a spell, and there is no room for one. */
	hear(event: Event, seen: Seen, isMatch: boolean): boolean {
		const spell = this.#spells.get(event.name);
		const which = whichOf(event);
		if (spell !== undefined) {
			if (isMatch && !isOther(spell.which, which)) {
				spell.which ??= which;
				if (spell.latest !== undefined) {
					spell.latest = { event, seen };
					this.#tell(event, spell, false);
				}
				return true;
			}
			this.#end(event.name, spell);
		}
		return !isMatch || this.#begin(event, seen, which);
	}

	/** An event of one of `endingTypes`, to be told before `hear` is called with it. */
	ended(event: Event): void {
		const spell = this.#spells.get(event.name);
		// A service that is `starting` again without a new start tells its process.
		if (spell !== undefined && (event.type !== 'process.starting' || whichOf(event) === undefined)) {
			this.#end(event.name, spell);
		}
	}

	/** What the rule answers to this event, which it was fired with, is decided now. */
	answered(event: Event): void {
		const spell = this.#spells.get(event.name);
		if (spell !== undefined && spell.latest === undefined) {
			this.#tell(event, spell, true);
		}
	}

	/** As it was when a daemon died; what was due meanwhile fires now. `see`: what a rule sees of an event. */
	restore(records: Iterable<readonly [string, SpellRecord]>, see: (event: Event) => Seen): void {
		for (const [name, { which, since, event, isOver }] of [...records]) {
			if (!this.#spells.has(name) && this.#room.take()) {
				this.#put(name, since, which, isOver ? undefined : { event, seen: see(event) });
			}
		}
	}

	/** Forgets all spells. */
	clear(): void {
		for (const [name, spell] of this.#spells) {
			this.#end(name, spell);
		}
	}

	#begin(event: Event, seen: Seen, which: string | undefined): boolean {
		if (!this.#room.take()) {
			return false;
		}
		const now = this.#clock.now();
		const since = Math.max(now - this.#ms, Math.min(now, event.time));
		this.#tell(event, this.#put(event.name, since, which, { event, seen }), false);
		return true;
	}

	#put(name: string, since: number, which: string | undefined, latest: Spell['latest']): Spell {
		const passed = Math.min(this.#ms, Math.max(0, this.#clock.now() - since));
		const due = this.#clock.steady() + this.#ms - passed;
		const callOff = this.#clock.at(due, () => this.#due(spell), 'steady');
		const spell: Spell = { which, since, latest, callOff };
		this.#spells.set(name, spell);
		return spell;
	}

	#tell(event: Event, { which, since }: Spell, isOver: boolean): void {
		this.#note(event.name, { which, since, event, isOver });
	}

	#due(spell: Spell): void {
		const { latest } = spell;
		spell.latest = undefined;
		if (latest !== undefined) {
			this.#fire(latest.event, latest.seen);
		}
	}

	#end(name: string, spell: Spell): void {
		spell.callOff();
		this.#spells.delete(name);
		this.#note(name, undefined);
		this.#room.giveBack();
	}
}

/** Only of the same kind can they be told apart. */
function isOther(one: string | undefined, other: string | undefined): boolean {
	return one !== other && one !== undefined && one.slice(0, 4) === other?.slice(0, 4);
}

function whichOf({ fields }: Event): string | undefined {
	return fields.find((one) => one.startsWith('start=')) ?? fields.find((one) => one.startsWith('pid='));
}
