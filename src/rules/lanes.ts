import { counted } from '../base/counted.ts';
import { refuse } from '../base/refusal.ts';
import type { Event } from '../events/event.ts';
import { calledRule, type Verdict } from './ask.ts';
import type { Answer, Place } from './diary-page.ts';
import type { EnginePorts } from './engine-ports.ts';
import type { InForce } from './in-force.ts';
import { type Job, Lane, mostWaiting } from './lane.ts';
import type { Outcome } from './thread.ts';
import type { Turns } from './turns.ts';

type LanesPorts = Pick<EnginePorts, 'lua' | 'clock' | 'publish'> & {
	readonly turns: Turns;
	/** The rule in force in the place of one, if there is one. */
	readonly inForce: (rule: InForce) => InForce | undefined;
	readonly answered: (job: Job, rule: InForce, outcome: Outcome) => Verdict;
	/** One of them has nothing to do any more. */
	readonly idle: () => void;
};

/** A lane for each file. */
export class Lanes {
	readonly #ports: LanesPorts;
	readonly #lanes = new Map<string, Lane>();
	/** What functions answered to a daemon that died, by file, then by event and rule. */
	readonly #known = new Map<string, Map<string, Answer>>();
	#isClosed = false;
	#isHeld = false;

	constructor(ports: LanesPorts) {
		this.#ports = ports;
	}

	get areIdle(): boolean {
		return this.#lanes.values().every((lane) => lane.isIdle);
	}

	/** What each file that is not done with all of its events decides next. */
	*places(): Generator<readonly [string, Place]> {
		for (const [file, lane] of this.#lanes) {
			const { place } = lane;
			if (place !== undefined) {
				yield [file, place];
			}
		}
	}

	/** What functions of a file answered and what has not come of it yet. */
	answersOf(file: string): readonly Answer[] {
		const known = this.#known.get(file)?.values() ?? [];
		return [...known, ...(this.#lanes.get(file)?.answers ?? [])];
	}

	/** What functions of a file answered to a daemon that died: they are not called again. */
	know(file: string, answers: readonly Answer[]): void {
		this.#known.set(file, new Map(answers.map((it) => [`${it[0]} ${it[1]}`, it])));
	}

	/** What becomes known meanwhile is looked at when all of it is. */
	together(act: () => void): void {
		this.#isHeld = true;
		try {
			act();
		} finally {
			this.#isHeld = false;
		}
		for (const lane of [...this.#lanes.values()]) {
			lane.go();
		}
	}

	/**
	 * What rules, in their order, are to answer; those of one file stand together. `taken` is called once all files
	 * have it, before any rule answers.
	 */
	add({ rules, ...job }: Job, taken: () => void = () => {}): void {
		const lanes: Lane[] = [];
		for (let from = 0, to = 0; from < rules.length; from = to) {
			const file = rules[from]?.rule.file as string;
			while (rules[to]?.rule.file === file) {
				to++;
			}
			const lane = this.#lanes.get(file) ?? this.#newLane(file);
			const some = rules.slice(from, to);
			if (lane.add({ ...job, rules: some })) {
				lanes.push(lane);
			} else {
				for (const rule of some) {
					job.ask?.hear(rule, refuse(`${calledRule(rule)} has too much to do`));
				}
			}
		}
		taken();
		for (const lane of lanes) {
			lane.go();
		}
	}

	/** Other rules are in force now. */
	renew(): void {
		for (const [file, lane] of this.#lanes) {
			lane.replace(this.#ports.inForce);
			if (lane.isIdle) {
				this.#lanes.delete(file);
			}
		}
	}

	/** Nothing comes of what waits, or is answered any more. */
	close(): void {
		this.#isClosed = true;
		this.#lanes.clear();
	}

	/** A call of what is gone comes back as wrong, which is nobody's mistake. */
	#verdict(job: Job, rule: InForce, outcome: Outcome): Verdict {
		const { inForce, answered } = this.#ports;
		if ('wrong' in outcome && inForce(rule) !== rule) {
			return undefined;
		}
		return 'wrong' in outcome && outcome.isGone
			? refuse(`${calledRule(rule)} is just being loaded anew: ask again`)
			: answered(job, rule, outcome);
	}

	#answered(file: string, rule: InForce, event: Event): Outcome | undefined {
		const of = this.#known.get(file);
		const key = `${event.seq} ${rule.rule.title}`;
		const outcome = of?.get(key)?.[2];
		of?.delete(key);
		return outcome;
	}

	#newLane(file: string): Lane {
		const { lua, clock, publish, turns, idle } = this.#ports;
		const lane = new Lane({
			call: (call, done) => lua.call(call, done),
			known: (rule, event) => this.#answered(file, rule, event),
			isHeld: () => this.#isHeld,
			now: () => clock.now(),
			turns,
			done: (job, rule, outcome) => {
				if (this.#isClosed) {
					return;
				}
				const verdict = this.#verdict(job, rule, outcome);
				job.ask?.hear(rule, verdict);
			},
			idle(passedBy) {
				if (passedBy > 0) {
					const why = `${counted(passedBy, 'event')} passed its rules by, because ${mostWaiting} (or ${mostWaiting / 1024}MiB) waited for them`;
					publish('rule.error', '-', [`file=${file}`, `reason=${why}`]);
				}
				idle();
			},
		});
		this.#lanes.set(file, lane);
		return lane;
	}
}
