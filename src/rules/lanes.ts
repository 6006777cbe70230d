import { refuse } from '../base/refusal.ts';
import { calledRule, type Verdict } from './ask.ts';
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
	#isClosed = false;

	constructor(ports: LanesPorts) {
		this.#ports = ports;
	}

	get areIdle(): boolean {
		return this.#lanes.values().every((lane) => lane.isIdle);
	}

	/** What rules, in their order, are to answer; those of one file stand together. */
	add({ rules, ...job }: Job): void {
		for (let from = 0, to = 0; from < rules.length; from = to) {
			const file = rules[from]?.rule.file as string;
			while (rules[to]?.rule.file === file) {
				to++;
			}
			const lane = this.#lanes.get(file) ?? this.#newLane(file);
			const some = rules.slice(from, to);
			if (!lane.add({ ...job, rules: some })) {
				for (const rule of some) {
					job.ask?.hear(rule, refuse(`${calledRule(rule)} has too much to do`));
				}
			}
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

	#newLane(file: string): Lane {
		const { lua, clock, publish, turns, idle } = this.#ports;
		const lane = new Lane({
			call: (call, done) => lua.call(call, done),
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
					const why = `${passedBy} events passed its rules by, because ${mostWaiting} (or ${mostWaiting / 1024}MiB) waited for them`;
					publish('rule.error', '-', [`file=${file}`, `reason=${why}`]);
				}
				idle();
			},
		});
		this.#lanes.set(file, lane);
		return lane;
	}
}
