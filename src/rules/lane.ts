import type { Event } from '../events/event.ts';
import type { Ask } from './ask.ts';
import type { Answer, Place } from './diary-page.ts';
import type { InForce } from './in-force.ts';
import { Queue } from './queue.ts';
import type { Seen } from './rule.ts';
import type { Lua, Outcome } from './thread.ts';
import type { Turns } from './turns.ts';
import { weightOf } from './weight.ts';

/** An event that rules of one file answer, each in its turn. */
export type Job = {
	readonly event: Event;
	readonly seen: Seen;
	readonly rules: readonly InForce[];
	readonly ask: Ask | undefined;
	/** Of what has lasted, which comes when it does, behind later events: it is decided now. */
	readonly late?: () => void;
};

type Step = {
	readonly job: Job;
	readonly rule: InForce;
	readonly isCall: boolean;
	outcome: Outcome | undefined;
};

type Answered = Step & { outcome: Outcome };

/** How many events may wait for the rules of one file; large ones count as several (see weightOf). */
export const mostWaiting = 16_384;
const firstWindow = 32;
const widestWindow = 256;

export type LanePorts = {
	readonly call: Lua['call'];
	/** What a function has answered already, to a daemon that died. */
	readonly known: (rule: InForce, event: Event) => Outcome | undefined;
	/** Nothing is to be done for now, until `go` is called. */
	readonly isHeld: () => boolean;
	readonly now: () => number;
	/** Of all lanes together. */
	readonly turns: Turns;
	/** What a rule answered, in order. */
	readonly done: (job: Job, rule: InForce, outcome: Outcome) => void;
	/** Nothing waits any more; `passedBy`: how many events there was no room for since it last was so. */
	readonly idle: (passedBy: number) => void;
};

/**
 * What waits for the rules of one file: they answer event after event and in their order, whether by data, at once, or by
 * a function in the thread. Calls go ahead of their answers as far as the window; one that goes wrong closes that to
 * one, so that not many more of its kind are on their way by the time the rule is switched off.
 */
export class Lane {
	readonly #ports: LanePorts;
	readonly #jobs = new Queue<Job>(({ event }) => weightOf(event));
	/** The rule of the first job whose turn is next. */
	#next = 0;
	readonly #begun = new Queue<Step>();
	#window = firstWindow;
	#isBusy = false;
	#passedBy = 0;

	constructor(ports: LanePorts) {
		this.#ports = ports;
	}

	get isIdle(): boolean {
		return this.#jobs.length === 0 && this.#begun.length === 0;
	}

	/** What is decided next of the events in their order; undefined: nothing waits. */
	get place(): Place | undefined {
		const begun = this.#begun.find(({ job }) => job.late === undefined);
		if (begun !== undefined) {
			return [begun.job.event.seq, begun.rule.rule.title];
		}
		const job = this.#jobs.find(({ late }) => late === undefined);
		const next = job === this.#jobs.first ? this.#next : 0;
		return job && [job.event.seq, job.rules[next]?.rule.title ?? ''];
	}

	/** What functions answered, and what waits for its turn. */
	get answers(): readonly Answer[] {
		const answers: Answer[] = [];
		this.#begun.find(({ isCall, outcome, job, rule }) => {
			if (isCall && outcome !== undefined) {
				answers.push([job.event.seq, rule.rule.title, outcome]);
			}
			return false;
		});
		return answers;
	}

	/** At least one rule has to answer, once `go` is called. False: too much waits already. */
	add(job: Job): boolean {
		if (this.#jobs.weight >= mostWaiting) {
			this.#passedBy++;
			return false;
		}
		this.#jobs.push(job);
		return true;
	}

	/** Other rules stand in the places of these; undefined: none. What has begun goes on. */
	replace(by: (rule: InForce) => InForce | undefined): void {
		const [first, ...rest] = this.#jobs.clear();
		const jobs = first === undefined ? [] : [{ ...first, rules: first.rules.slice(this.#next) }, ...rest];
		this.#next = 0;
		for (const job of jobs) {
			const rules = job.rules.flatMap((rule) => {
				const now = by(rule);
				if (now !== undefined && (now === rule || now.matches(job.seen))) {
					return [now];
				}
				job.ask?.hear(rule, undefined);
				return [];
			});
			if (rules.length > 0) {
				this.#jobs.push({ ...job, rules });
			}
		}
		this.go();
	}

	/** Does what can be done now. */
	go(): void {
		if (this.#isBusy || this.#ports.isHeld()) {
			return;
		}
		const { turns, done } = this.#ports;
		this.#isBusy = true;
		let isLater = false;
		turns.begin();
		try {
			while (!this.isIdle) {
				if (turns.isOver) {
					isLater = true;
					turns.inNext(() => {
						this.#isBusy = false;
						this.go();
					});
					return;
				}
				const step = this.#ready();
				if (step === undefined) {
					break;
				}
				step.job.late?.();
				done(step.job, step.rule, step.outcome);
			}
		} finally {
			this.#isBusy = isLater;
		}
		if (this.isIdle) {
			const passedBy = this.#passedBy;
			this.#passedBy = 0;
			this.#ports.idle(passedBy);
		}
	}

	/** The next one that is answered. */
	#ready(): Answered | undefined {
		while (this.#begun.length < this.#window && this.#begin()) {
			// As far as the window.
		}
		const { first } = this.#begun;
		if (first === undefined || !isAnswered(first)) {
			return undefined;
		}
		this.#begun.shift();
		return first;
	}

	/** False: nothing waits. */
	#begin(): boolean {
		const job = this.#jobs.first;
		const rule = job?.rules[this.#next];
		if (job === undefined || rule === undefined) {
			return false;
		}
		this.#next++;
		if (this.#next === job.rules.length) {
			this.#jobs.shift();
			this.#next = 0;
		}
		const { act, file, title } = rule.rule;
		const step: Step = { job, rule, isCall: act.tag === 'function', outcome: undefined };
		if (rule.isSpent(this.#ports.now)) {
			step.outcome = { actions: [] };
		} else if (act.tag === 'actions') {
			step.outcome = { actions: act.actions };
		} else {
			step.outcome = this.#ports.known(rule, job.event);
		}
		this.#begun.push(step);
		if (step.outcome === undefined) {
			this.#ports.call({ file, title, event: job.seen }, (outcome) => {
				step.outcome = outcome;
				this.#window = 'wrong' in outcome ? 1 : Math.min(widestWindow, this.#window * 2);
				this.go();
			});
		}
		return true;
	}
}

function isAnswered(step: Step): step is Answered {
	return step.outcome !== undefined;
}
