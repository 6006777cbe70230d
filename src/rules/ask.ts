import { type Refusal, refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import type { FieldOf } from '../events/fields.ts';
import type { AskingType } from './askers.ts';
import type { EnginePorts } from './engine-ports.ts';
import type { InForce } from './in-force.ts';

/** Milliseconds that rules have to answer what asks permission. */
export const askedWithin = 100;

/** Asks the rules for permission (see Engine.ask). */
export type Asks = <T extends AskingType>(
	type: T,
	name: string,
	fields: readonly FieldOf<T>[],
) => Promise<Verdict> | undefined;

/** What a rule makes of it: nothing to say, or it decides. */
export type Verdict = Refusal | 'allow' | undefined;

/**
 * One who asks permission. The first rule in order that fails it, allows it or goes wrong decides; what does not answer
 * in time refuses it; when nobody has anything to say, that is the answer: a request is carried out then.
 */
export class Ask {
	/** A refusal; `allow`, where a rule says so; or undefined: none has anything to say. */
	readonly answer: Promise<Verdict>;
	#resolve: (answer: Verdict) => void = () => {};
	readonly #callOff: () => void;
	#rules: readonly InForce[] | undefined;
	/** By the keys of the rules: a file may be loaded anew meanwhile. */
	readonly #verdicts = new Map<string, Verdict>();

	constructor(clock: EnginePorts['clock']) {
		this.answer = new Promise((resolve) => {
			this.#resolve = resolve;
		});
		this.#callOff = clock.at(clock.steady() + askedWithin, () => this.#late(), 'steady');
	}

	/** Who is asked, in order. */
	begin(rules: readonly InForce[]): void {
		this.#rules = rules;
		this.#decide();
	}

	/** What one of them makes of it. */
	hear(rule: InForce, verdict: Verdict): void {
		this.#verdicts.set(rule.key, verdict);
		this.#decide();
	}

	/** Nobody will answer any more. */
	end(answer: Verdict): void {
		this.#callOff();
		this.#resolve(answer);
	}

	#decide(): void {
		for (const rule of this.#rules ?? []) {
			const verdict = this.#verdicts.get(rule.key);
			if (verdict !== undefined) {
				this.end(verdict);
				return;
			}
			if (!this.#verdicts.has(rule.key)) {
				return;
			}
		}
		if (this.#rules !== undefined) {
			this.end(undefined);
		}
	}

	#late(): void {
		const late = this.#rules?.find((rule) => !this.#verdicts.has(rule.key));
		const who = late === undefined ? 'the rules' : calledRule(late);
		this.end(refuse(`${who} gave no answer within ${askedWithin}ms`));
	}
}

/** A rule as a reason names it. */
export function calledRule({ rule }: InForce): string {
	return `the rule ${shown(rule.title)} of ${rule.file}`;
}
