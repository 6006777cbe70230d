import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import type { Event } from '../events/event.ts';
import type { Action } from './action.ts';
import { calledRule, type Verdict } from './ask.ts';
import { askingTypes } from './askers.ts';
import { Chains } from './chains.ts';
import type { Owed } from './diary-page.ts';
import type { Due, EnginePorts } from './engine-ports.ts';
import { type InForce, keyOf } from './in-force.ts';
import { causeOf } from './seen.ts';
import type { Outcome } from './thread.ts';

/** An action is given up when so many daemons that found it undone died over it. */
const mostTries = 3;

type FiringPorts = Pick<
	EnginePorts,
	'clock' | 'publish' | 'emit' | 'carryOut' | 'together' | 'diary' | 'newestStart'
> & {
	/** The rule in force of that key. */
	readonly inForce: (key: string) => InForce | undefined;
};

/**
 * What rules answer is told and carried out: `rule.fired` first, then what they emit, at once; the other actions of one
 * turn of the loop together. What goes wrong is a `rule.error`.
 */
export class Firing {
	readonly #ports: FiringPorts;
	readonly #chains = new Chains();
	#due: Owed[] = [];
	/** What is being carried out. */
	#now: readonly Owed[] = [];

	constructor(ports: FiringPorts) {
		this.#ports = ports;
	}

	/** What was told and has not been carried out. */
	get owed(): readonly Owed[] {
		return [...this.#now, ...this.#due];
	}

	/** What a daemon that died had told and not carried out, as far as anybody knows. */
	resume(owed: readonly Owed[]): void {
		this.#together(() => {
			for (const one of owed) {
				if (one.tries >= mostTries) {
					const reason = `${one.action.do}: not carried out, because ${one.tries} daemons died over it`;
					this.#tellError(one.rule, one.event, reason, one.rule.line);
				} else {
					this.#add({ ...one, tries: one.tries + 1 });
				}
			}
			this.#ports.diary?.changed();
		});
	}

	/** What a rule answers to an event. Returns what that means for whoever asked permission. */
	answer(rule: InForce, event: Event, outcome: Outcome): Verdict {
		if (rule.isOff) {
			return undefined;
		}
		if ('wrong' in outcome) {
			this.fail(rule, event, outcome.wrong, outcome.line);
			return refuse(`${calledRule(rule)} went wrong: ${outcome.wrong}`);
		}
		rule.went();
		const { now } = this.#ports.clock;
		if (outcome.actions.length === 0 || rule.isSpent(now)) {
			return undefined;
		}
		const mayGoOn = this.#chains.join(event.seq, causeOf(event));
		if (isRefusal(mayGoOn)) {
			this.blame(rule, event, mayGoOn);
		}
		if (mayGoOn !== true) {
			return undefined;
		}
		rule.count(now());
		return this.#fire(rule, event, outcome.actions);
	}

	/** A rule's own fault: a `rule.error`, the third of which in a row switches it off. */
	fail(rule: InForce, event: Event, why: string, line = 0): void {
		const reason = rule.fail(why);
		if (rule.isOff) {
			rule.stop();
		}
		this.#tellError(rule.rule, event, reason, line);
	}

	/** A `rule.error` that is not the fault of the rule's function. */
	blame(rule: InForce, event: Event | undefined, { refused }: Refusal): void {
		rule.blame(refused);
		this.#tellError(rule.rule, event, refused, rule.rule.line);
	}

	#fire(rule: InForce, event: Event, actions: readonly Action[]): Verdict {
		let verdict: Verdict;
		this.#together(() => {
			verdict = this.#tell(rule, event, actions);
			this.#ports.diary?.changed();
		});
		return verdict;
	}

	#tell(rule: InForce, event: Event, actions: readonly Action[]): Verdict {
		const because = actions.find((action) => action.because !== undefined)?.because;
		const cause = `cause=${event.seq}` as const;
		this.#ports.publish('rule.fired', event.name, [
			...rule.fields,
			`act=${[...new Set(actions.map((action) => action.do))].join(';')}`,
			...(because === undefined ? [] : [`because=${because}` as const]),
			cause,
		]);
		let verdict: Verdict;
		for (const action of actions) {
			if (action.do === 'emit') {
				const fields = action.fields.filter((field) => !field.startsWith('cause='));
				this.#ports.emit(action.type, action.name ?? event.name, [...fields, cause]);
			} else if (action.do === 'fail' || action.do === 'allow') {
				verdict ??= this.#verdict(rule, event, action);
			} else {
				const { file, title, line } = rule.rule;
				const start = this.#ports.newestStart?.() ?? 0;
				this.#add({ action, event, rule: { file, title, line }, start, tries: 0 });
			}
		}
		return verdict;
	}

	#verdict(rule: InForce, event: Event, action: Action): Verdict {
		if (!askingTypes.some((type) => type === event.type)) {
			const answers = `${action.do} answers ${askingTypes.join(' and ')} alone`;
			this.blame(rule, event, refuse(`${answers}, not ${event.type}`));
			return undefined;
		}
		const why = action.because === undefined ? '' : `: ${action.because}`;
		return action.do === 'allow' ? 'allow' : refuse(`${calledRule(rule)} refuses it${why}`);
	}

	#add(due: Owed): void {
		if (this.#due.push(due) === 1) {
			queueMicrotask(() => this.#carryOut());
		}
	}

	#carryOut(): void {
		const batch = this.#due;
		this.#due = [];
		this.#now = batch;
		// Written down together with what has come of it, up to a restart that overlaps: that is written before it begins.
		this.#together(() => {
			this.#ports.carryOut(batch.map(dueOf), (at, why) => {
				const one = batch[at];
				if (one !== undefined) {
					this.#refused(one, `${one.action.do}: ${why.refused}`);
				}
			});
			this.#now = [];
			this.#ports.diary?.changed();
		});
	}

	#refused({ rule, event }: Owed, reason: string): void {
		this.#ports.inForce(keyOf(rule))?.blame(reason);
		this.#tellError(rule, event, reason, rule.line);
	}

	#together(act: () => void): void {
		const { together } = this.#ports;
		if (together === undefined) {
			act();
		} else {
			together(act);
		}
	}

	#tellError(rule: Owed['rule'], event: Event | undefined, reason: string, line: number): void {
		if (event !== undefined) {
			this.#chains.link(event.seq, causeOf(event));
		}
		this.#ports.publish('rule.error', '-', [
			`file=${rule.file}`,
			`rule=${rule.title}`,
			...(line > 0 ? [`line=${line}` as const] : []),
			`reason=${reason}`,
			...(event === undefined ? [] : [`cause=${event.seq}` as const]),
		]);
	}
}

function dueOf({ action, event, rule, start, tries }: Owed): Due {
	return { action, event, rule, again: tries === 0 ? undefined : start };
}
