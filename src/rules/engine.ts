import { type Refusal, refuse } from '../base/refusal.ts';
import { type Event, type Gap, isGap } from '../events/event.ts';
import type { Verdict } from './ask.ts';
import type { AskingType } from './askers.ts';
import { Asking } from './asking.ts';
import { ByType, type Concerned } from './by-type.ts';
import type { Answer, Owed, Place } from './diary-page.ts';
import type { EnginePorts } from './engine-ports.ts';
import { Firing } from './firing.ts';
import type { InForce, RuleRow } from './in-force.ts';
import { Lanes } from './lanes.ts';
import { Queue } from './queue.ts';
import type { Rule, Seen } from './rule.ts';
import { RuleSet } from './rule-set.ts';
import { seenOf } from './seen.ts';
import { Turns } from './turns.ts';
import type { Want } from './want.ts';
import { weightOf } from './weight.ts';

/** How many events may wait to be looked at; large ones count as several (see weightOf). */
export const mostEvents = 65_536;

/** Events that files which were loaded later have still to hear. */
type Missed = {
	readonly places: ReadonlyMap<string, Place>;
	/** The number of the event that comes next. */
	next: number;
	left: number;
};

type Heard = { readonly event: Event; readonly missed: Missed | undefined };

const nobody: Concerned = { rules: [], lasting: [] };

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
	#byType = new ByType([]);
	readonly #events = new Queue<Heard>(({ event }) => weightOf(event));
	/** Those that are not done, and of the events that wait those that all rules hear. */
	readonly #missed = new Set<Missed>();
	#waiting = 0;
	#at = 0;
	readonly #turns: Turns;
	#passedBy = 0;
	/** Events wait: for the one that is looked at, for what a rule answers to be told, or for the loop's next turn. */
	#isBusy = false;
	#waiters: (() => void)[] = [];

	/** `turns`: what it may do in one turn of the loop, whatever time its clock has. */
	constructor(ports: EnginePorts, turns = new Turns(() => performance.now())) {
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
			if (this.#waiting === 0) {
				this.#at = event.seq;
				this.#ports.diary?.passed();
			}
			this.#asking.of(event)?.end(undefined);
		} else if (this.#events.weight >= mostEvents) {
			this.#passedBy++;
			this.#asking.of(event)?.end(refuse('too many events wait for the rules'));
		} else {
			this.#waiting++;
			this.#events.push({ event, missed: undefined });
			this.#work();
		}
	}

	/**
	 * Somebody asks permission. Undefined: no rule asks for such events, and none is published. Otherwise the event is,
	 * and within 100 ms there is an answer: a refusal with its reason, `allow`, or undefined where no rule decides (see Ask).
	 */
	ask(type: AskingType, name: string, fields: readonly string[]): Promise<Verdict> | undefined {
		return this.#asking.ask(type, name, fields);
	}

	/** Whether a rule of that key is in force. */
	has(key: string): boolean {
		return this.#set.get(key) !== undefined;
	}

	/** What the request `Rules` shows. */
	rows(): readonly RuleRow[] {
		return this.#set.rules.map((rule) => rule.row());
	}

	/** The opt-in types that rules ask for. */
	wants(): readonly Want[] {
		return this.#set.wants();
	}

	/** Milliseconds of the journal that `resume` wants to see; 0: none. */
	get lookBack(): number {
		return this.#set.lookBack;
	}

	/** What was in the journal before the daemon started: how often rules (of these files) with a limit fired lately. */
	resume(events: Iterable<Event | Gap>, files?: ReadonlySet<string>): void {
		for (const event of events) {
			const rule = isGap(event) || event.type !== 'rule.fired' ? undefined : this.#set.named(event);
			if (rule !== undefined && files?.has(rule.rule.file) !== false) {
				rule.resume((event as Event).time);
			}
		}
	}

	/** All events up to that number are decided: it is the next one that is heard. */
	begin(at: number): void {
		this.#at = at;
	}

	/**
	 * Rules of files hear of these events what the others have heard already, each from its place on, and before whatever
	 * waits.
	 */
	catchUp(events: Iterable<Event | Gap>, places: ReadonlyMap<string, Place>): void {
		const next = this.#events.find(({ missed }) => missed === undefined)?.event.seq;
		const all = [...events].filter((it): it is Event => !isGap(it) && (next === undefined || it.seq < next));
		const [first] = all;
		if (first === undefined) {
			return;
		}
		const missed: Missed = { places, next: first.seq, left: all.length };
		this.#missed.add(missed);
		const waiting = this.#events.clear();
		for (const event of all) {
			this.#events.push({ event, missed });
		}
		for (const one of waiting) {
			this.#events.push(one);
		}
		this.#work();
	}

	/** All events up to this one are decided, but by files in `behind`. */
	get at(): number {
		return this.#at;
	}

	/** What files decide next that have not decided all events up to `at`, or more than these. */
	get behind(): ReadonlyMap<string, Place> {
		const behind = new Map<string, Place>();
		for (const { places, next } of this.#missed) {
			for (const [file, place] of places) {
				behind.set(file, place[0] < next ? [next, ''] : place);
			}
		}
		for (const [file, place] of this.#lanes.places()) {
			behind.set(file, place);
		}
		return behind;
	}

	/** What was told and has not been carried out. */
	get owed(): readonly Owed[] {
		return this.#firing.owed;
	}

	/** What a daemon that died had told and not carried out, as far as anybody knows. */
	owe(owed: readonly Owed[]): void {
		this.#firing.resume(owed);
	}

	/** What functions of a file answered and what has not come of it yet. */
	answersOf(file: string): readonly Answer[] {
		return this.#lanes.answersOf(file);
	}

	/** What functions of a file answered to a daemon that died: they are not called again. */
	know(file: string, answers: readonly Answer[]): void {
		this.#lanes.know(file, answers);
	}

	/** What functions answer meanwhile is looked at when all of it is there. */
	together(act: () => void): void {
		this.#lanes.together(act);
	}

	/** Resolves when nothing waits: every event is looked at, every function has answered. */
	settled(): Promise<void> {
		return this.#isSettled() ? Promise.resolve() : new Promise((done) => this.#waiters.push(done));
	}

	/** Ends it: no timer is left, nothing is heard any more, and whoever asks hears that nobody decides. */
	close(): void {
		this.replace([]);
		this.#events.clear();
		this.#missed.clear();
		this.#waiting = 0;
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

	#take({ event, missed }: Heard): void {
		const { rules, lasting } = this.#byType.of(event.type) ?? nobody;
		const isMeant = this.#isMeant(event, missed);
		for (const rule of lasting.filter(isMeant)) {
			rule.lasting?.ended(event);
		}
		const seen = this.#see(event);
		const matching = rules.filter((rule) => isMeant(rule) && this.#isAnsweredBy(rule, event, seen));
		const ask = missed === undefined ? this.#asking.of(event) : undefined;
		ask?.begin(matching);
		this.#lanes.add({ event, seen, rules: matching, ask }, () => this.#taken(event, missed));
	}

	#taken({ seq }: Event, missed: Missed | undefined): void {
		if (missed === undefined) {
			this.#waiting--;
			this.#at = seq;
		} else {
			missed.next = seq + 1;
			missed.left--;
			if (missed.left === 0) {
				this.#missed.delete(missed);
			}
		}
		this.#ports.diary?.heard();
	}

	/** Which rules are to hear it: of those of a file that is behind the ones that have not. */
	#isMeant({ seq }: Event, missed: Missed | undefined): (rule: InForce) => boolean {
		if (missed === undefined) {
			return () => true;
		}
		return ({ rule: { file, title } }) => {
			const place = missed.places.get(file);
			if (place === undefined || seq !== place[0] || place[1] === '') {
				return place !== undefined && seq >= place[0];
			}
			const of = this.#set.rules.filter((one) => one.rule.file === file);
			const from = of.findIndex((one) => one.rule.title === place[1]);
			return from >= 0 && of.findIndex((one) => one.rule.title === title) >= from;
		};
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
			const why = `${count} events passed the rules by, because ${mostEvents} (or ${mostEvents / 1024}MiB) waited for them`;
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
