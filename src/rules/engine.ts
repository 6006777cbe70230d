import { counted } from '../base/counted.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import { steady } from '../base/steady.ts';
import type { Event } from '../events/event.ts';
import type { Asks } from './ask.ts';
import { Asking } from './asking.ts';
import { ByType } from './by-type.ts';
import type { EnginePorts } from './engine-ports.ts';
import { Firing } from './firing.ts';
import type { InForce, RuleRow } from './in-force.ts';
import { type Heard, Incoming, meantBy } from './incoming.ts';
import { Lanes } from './lanes.ts';
import { Past } from './past.ts';
import type { Rule, Seen } from './rule.ts';
import { RuleSet } from './rule-set.ts';
import { seenOf } from './seen.ts';
import { Turns } from './turns.ts';
import type { Want } from './want.ts';

/** How many events may wait to be looked at; large ones count as several (see weightOf). */
export const mostEvents = 65_536;

/**
 * The rules in force: hears events, finds out which rules match them, has those answer, and hands on what they ask for.
 * Pure but for its ports. Every file has a lane of its own, in which its rules answer event after event and in their
 * order, so that none waits for the functions of another file.
 */
export class Engine {
	readonly #ports: EnginePorts;
	readonly #set: RuleSet;
	readonly #asking: Asking;
	readonly #lanes: Lanes;
	readonly #firing: Firing;
	/** How far it is, and how it goes on from there. */
	readonly past: Past;
	#byType = new ByType([]);
	readonly #events = new Incoming();
	readonly #turns: Turns;
	#passedBy = 0;
	/** Events wait: for the one that is looked at, for what a rule answers to be told, or for the loop's next turn. */
	#isBusy = false;
	#waiters: (() => void)[] = [];

	/** `turns`: what it may do in one turn of the loop, whatever time its clock has. */
	constructor(ports: EnginePorts, turns = new Turns(() => steady())) {
		this.#ports = ports;
		this.#turns = turns;
		this.#firing = new Firing({ ...ports, inForce: (key) => this.#set.get(key) });
		this.#asking = new Asking({ ...ports, see: (event) => this.#see(event) });
		this.#set = new RuleSet({
			clock: ports.clock,
			lasted: (rule, event, seen) => {
				const late = () => rule.lasting?.answered(event);
				this.#lanes.add({ event, seen, rules: [rule], ask: undefined, late });
			},
			see: (event) => this.#see(event),
			diary: ports.diary,
			rings: (rule) => ports.publish('timer', '-', rule.fields),
		});
		this.#lanes = new Lanes({
			...ports,
			turns: this.#turns,
			inForce: ({ key }) => this.#set.get(key),
			answered: (job, rule, outcome) => this.#alone(() => this.#firing.answer(rule, job.event, outcome)),
			idle: () => this.#settle(),
		});
		this.past = new Past({
			set: this.#set,
			events: this.#events,
			lanes: this.#lanes,
			firing: this.#firing,
			work: () => this.#work(),
		});
	}

	/**
	 * All rules in force from now on, in the order of their files and in them. What is declared as before goes on: its
	 * timers, what lasts, how often it fired. Files in `loaded` were loaded anew, even if their rules are the same
	 * objects: what was switched off is on again. What was of a daemon that died goes on; files in `asBefore` are as they
	 * were then. Refused: more than 10 000; then nothing changes.
	 */
	replace(
		rules: readonly Rule[],
		loaded: readonly string[] = [],
		asBefore: ReadonlySet<string> = new Set(),
	): Refusal | undefined {
		const refused = this.#set.replace(rules, new Set(loaded), asBefore);
		if (refused === undefined) {
			this.#byType = new ByType(this.#set.rules);
			this.#asking.replace(this.#set.rules);
			this.#lanes.renew();
		}
		return refused;
	}

	/** Something happened. To be called with every event, in order. */
	hear(event: Event): void {
		if (this.#byType.of(event.type) === undefined) {
			if (this.#events.passed(event)) {
				this.#ports.diary?.passed();
			}
			this.#asking.of(event)?.end(undefined);
		} else if (this.#events.weight >= mostEvents) {
			this.#passedBy++;
			this.#asking.of(event)?.end(refuse('too many events wait for the rules'));
		} else {
			this.#events.add(event);
			this.#work();
		}
	}

	/**
	 * Somebody asks permission. Undefined: no rule asks for such events, and none is published. Otherwise the event is,
	 * and within 100 ms there is an answer: a refusal with its reason, `allow`, or undefined where no rule decides (see Ask).
	 */
	readonly ask: Asks = (type, name, fields) => this.#asking.ask(type, name, fields);

	/** What the request `Rules` shows. */
	rows(): readonly RuleRow[] {
		return this.#set.rules.map((rule) => rule.row());
	}

	/** The opt-in types that rules ask for. */
	wants(): readonly Want[] {
		return this.#set.wants();
	}

	/** Resolves when nothing waits: every event is looked at, every function has answered. */
	settled(): Promise<void> {
		return this.#isSettled() ? Promise.resolve() : new Promise((done) => this.#waiters.push(done));
	}

	/** Ends it: no timer is left, nothing is heard any more, and whoever asks hears that nobody decides. */
	close(): void {
		this.replace([]);
		this.#events.clear();
		this.#lanes.close();
		this.#asking.close();
		this.#settle();
	}

	/** Rules that have more to do than time come first, or events would pass them by; but one each turn is looked at. */
	#work(isNext = false): void {
		if (this.#isBusy) {
			return;
		}
		this.#isBusy = true;
		const [events, turns] = [this.#events, this.#turns];
		turns.begin();
		try {
			for (let may = isNext; events.length > 0 && !turns.isOver && (may || !turns.isWaitedFor); may = false) {
				this.#take(events.shift() as Heard);
			}
		} finally {
			this.#isBusy = false;
		}
		if (events.length > 0) {
			this.#isBusy = true;
			turns.inNext(() => {
				this.#isBusy = false;
				this.#work(true);
			});
		} else {
			this.#tellPassedBy();
			this.#settle();
		}
	}

	/** What is published meanwhile is looked at afterwards: what a rule asks for comes before what that brings about. */
	#alone<T>(act: () => T): T {
		const wasBusy = this.#isBusy;
		this.#isBusy = true;
		try {
			return act();
		} finally {
			this.#isBusy = wasBusy;
			if (this.#events.length > 0) {
				this.#work();
			}
		}
	}

	#take(heard: Heard): void {
		const { event, missed } = heard;
		const { rules, lasting } = this.#byType.of(event.type) ?? { rules: [], lasting: [] };
		const isMeant = meantBy(heard, this.#set.rules);
		for (const rule of lasting.filter(isMeant)) {
			rule.lasting?.ended(event);
		}
		const seen = this.#see(event);
		const matching = rules.filter((rule) => isMeant(rule) && this.#isAnsweredBy(rule, event, seen));
		const ask = missed === undefined ? this.#asking.of(event) : undefined;
		ask?.begin(matching);
		this.#lanes.add({ event, seen, rules: matching, ask }, () => {
			this.#events.taken(heard);
			this.#ports.diary?.heard();
		});
	}

	/** Whether the rule is to answer now. One with `lasting` does so later. */
	#isAnsweredBy(rule: InForce, event: Event, seen: Seen): boolean {
		if (rule.isOff || !rule.isFor(event)) {
			return false;
		}
		let wrong: string | undefined;
		const isMatch = rule.matches(seen, (why) => {
			wrong ??= why;
		});
		if (wrong !== undefined) {
			this.#firing.fail(rule, event, wrong, rule.rule.line);
			return false;
		}
		if (rule.lasting === undefined) {
			return isMatch;
		}
		if (!rule.lasting.hear(event, seen, isMatch)) {
			this.#firing.blame(rule, event, refuse('too many processes are counted for rules with "lasting"'));
		}
		return false;
	}

	#see(event: Event): Seen {
		return seenOf(event, event.name === '-' ? undefined : this.#ports.view(event.name));
	}

	#tellPassedBy(): void {
		const count = this.#passedBy;
		if (count > 0) {
			this.#passedBy = 0;
			const why = `${counted(count, 'event')} passed the rules by, because ${mostEvents} (or ${mostEvents / 1024}MiB) waited for them`;
			this.#ports.publish('rule.error', '-', [`reason=${why}`]);
		}
	}

	#isSettled(): boolean {
		return !this.#isBusy && this.#events.length === 0 && this.#lanes.areIdle;
	}

	#settle(): void {
		if (this.#waiters.length > 0 && this.#isSettled()) {
			const waiters = this.#waiters;
			this.#waiters = [];
			for (const done of waiters) {
				done();
			}
		}
	}
}
