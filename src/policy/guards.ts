import { type Refusal, refuse } from '../base/refusal.ts';
import type { KnownType } from '../events/event.ts';
import { askedFor } from '../events/opt-in.ts';
import { askingTypes } from '../rules/askers.ts';

/** Milliseconds that whoever has to ask the rules waits for them at most. */
export const patienceWithRules = 10_000;

const notYet = refuse(
	`the rules are not in force yet after ${patienceWithRules / 1000}s, and one of them may forbid this: try again later`,
);

export type GuardsPorts = {
	/** Resolves when the rules that are there are in force, or are not to be. */
	readonly inForce: Promise<void>;
	/** The texts of the rule files there are, and of those that were in force before this daemon. */
	readonly sources: () => Promise<Iterable<string>>;
	/** See `patienceWithRules`. */
	readonly patience?: number;
};

/**
 * A daemon that begins is asked before its rules are in force. What one of them may forbid waits for them; whether one
 * may is told from the texts of their files, so that nobody waits where no rule gives permission. Those are read when
 * it is first asked for: a start costs nothing more.
 */
export class Guards {
	readonly #ports: GuardsPorts;
	readonly #patience: number;
	#looked: Promise<void> | undefined;
	#areThere = false;
	#isOver = false;

	constructor(ports: GuardsPorts) {
		this.#ports = ports;
		this.#patience = ports.patience ?? patienceWithRules;
		void ports.inForce.then(() => {
			this.#isOver = true;
		});
	}

	/** The rules are in force: nobody waits for them any more. */
	get isOver(): boolean {
		return this.#isOver;
	}

	/**
	 * Resolves when the rules can be asked, or need not be, with a refusal where that takes too long. Where the files do
	 * not answer (a file server that is gone) there are no rules to wait for either.
	 */
	async ready(): Promise<Refusal | undefined> {
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<Refusal | undefined>((resolve) => {
			timer = setTimeout(() => resolve(this.#areThere ? notYet : undefined), this.#patience);
		});
		const inForce = this.#ports.inForce.then(() => undefined);
		this.#looked ??= this.#look();
		const looked = this.#looked.then(() => (this.#areThere ? inForce : undefined));
		try {
			return await Promise.race([inForce, looked, late]);
		} finally {
			clearTimeout(timer);
		}
	}

	async #look(): Promise<void> {
		this.#areThere = [...(await this.#ports.sources())].some(mayGuard);
	}
}

const asking: readonly KnownType[] = askingTypes;

/** A text with a pattern in it, in quotes. */
const quotedGlob = /["']([^"'\s]*[*?[][^"'\s]*)["']/g;

/** Whether a rule file may have a rule that is asked for permission: one that names such events. */
export function mayGuard(source: string): boolean {
	if (source.includes('request')) {
		return true;
	}
	const globs = Array.from(source.matchAll(quotedGlob), ([, glob]) => glob ?? '');
	return askedFor([...new Set(globs)]).some((type) => asking.includes(type));
}
