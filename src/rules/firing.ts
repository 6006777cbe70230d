import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import type { Event } from '../events/event.ts';
import type { Action } from './action.ts';
import { calledRule, type Verdict } from './ask.ts';
import { askingTypes } from './askers.ts';
import { Chains } from './chains.ts';
import type { Due, EnginePorts } from './engine-ports.ts';
import type { InForce } from './in-force.ts';
import { causeOf } from './seen.ts';
import type { Outcome } from './thread.ts';

/**
 * What rules answer is told and carried out: `rule.fired` first, then what they emit, at once; the other actions of one
 * turn of the loop together. What goes wrong is a `rule.error`.
 */
export class Firing {
	readonly #ports: Pick<EnginePorts, 'clock' | 'publish' | 'carryOut'>;
	readonly #chains = new Chains();
	#due: { readonly due: Due; readonly rule: InForce }[] = [];

	constructor(ports: Pick<EnginePorts, 'clock' | 'publish' | 'carryOut'>) {
		this.#ports = ports;
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
		this.#tellError(rule, event, reason, line);
	}

	/** A `rule.error` that is not the fault of the rule's function. */
	blame(rule: InForce, event: Event | undefined, { refused }: Refusal): void {
		rule.blame(refused);
		this.#tellError(rule, event, refused, rule.rule.line);
	}

	#fire(rule: InForce, event: Event, actions: readonly Action[]): Verdict {
		const because = actions.find((action) => action.because !== undefined)?.because;
		const cause = `cause=${event.seq}`;
		this.#ports.publish('rule.fired', event.name, [
			...rule.fields,
			`act=${[...new Set(actions.map((action) => action.do))].join(';')}`,
			...(because === undefined ? [] : [`because=${because}`]),
			cause,
		]);
		let verdict: Verdict;
		for (const action of actions) {
			if (action.do === 'emit') {
				const fields = action.fields.filter((field) => !field.startsWith('cause='));
				this.#ports.publish(action.type, action.name ?? event.name, [...fields, cause]);
			} else if (action.do === 'fail' || action.do === 'allow') {
				verdict ??= this.#verdict(rule, event, action);
			} else {
				this.#add({ due: { action, event, rule: rule.rule }, rule });
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

	#add(due: { readonly due: Due; readonly rule: InForce }): void {
		if (this.#due.push(due) === 1) {
			queueMicrotask(() => this.#carryOut());
		}
	}

	#carryOut(): void {
		const batch = this.#due;
		this.#due = [];
		this.#ports.carryOut(
			batch.map(({ due }) => due),
			(at, why) => {
				const one = batch[at];
				if (one !== undefined) {
					const { action, event } = one.due;
					this.blame(one.rule, event, refuse(`${action.do}: ${why.refused}`));
				}
			},
		);
	}

	#tellError(rule: InForce, event: Event | undefined, reason: string, line: number): void {
		if (event !== undefined) {
			this.#chains.link(event.seq, causeOf(event));
		}
		this.#ports.publish('rule.error', '-', [
			...rule.fields,
			...(line > 0 ? [`line=${line}`] : []),
			`reason=${reason}`,
			...(event === undefined ? [] : [`cause=${event.seq}`]),
		]);
	}
}
