import type { Kept, ProcessView, Rule, RuleMistake } from '../rule.ts';
import type { Call, Outcome } from '../thread.ts';
import { RuleFile } from './rule-file.ts';

/**
 * Rule files, each with a Lua of its own. Everything is done before a method returns: whoever must not wait for what a
 * rule does runs this in a thread that can be ended (main.ts).
 */
export class RuleFiles {
	/** Bytes of all strings that calls have made so far, also of those that are no more. */
	madeText = 0;
	readonly #files = new Map<string, RuleFile>();
	readonly #views = new Map<string, ProcessView>();
	readonly #states = new Map<string, Kept>();

	/** Loads a file with what is kept of its `state`; if there are mistakes, whichever was loaded before stays. */
	load(
		file: string,
		source: string,
		state: Kept | undefined,
	): readonly Rule[] | { readonly mistakes: readonly RuleMistake[] } {
		const views = (name: string) => this.#views.get(name);
		const loaded = RuleFile.load({ file, source, state, views });
		if ('mistakes' in loaded) {
			return loaded;
		}
		this.#files.set(file, loaded);
		this.#states.delete(file);
		return loaded.rules;
	}

	/** Forgets a file. */
	drop(file: string): void {
		this.#files.delete(file);
		this.#states.delete(file);
	}

	/** What `process(name)` is to give from now on; undefined: nothing. */
	know(name: string, view: ProcessView | undefined): void {
		if (view === undefined) {
			this.#views.delete(name);
		} else {
			this.#views.set(name, view);
		}
	}

	/** Calls the function of a rule with an event. */
	call({ file, title, event }: Call): Outcome {
		const loaded = this.#files.get(file);
		if (loaded === undefined) {
			return { wrong: 'the file is not loaded', line: 0, isGone: true };
		}
		const before = loaded.madeText;
		const { outcome, state } = loaded.call(title, event);
		this.madeText += loaded.madeText - before;
		if (state !== undefined) {
			this.#states.set(file, state);
		}
		return outcome;
	}

	/** The `state` of each file where it changed since this was last asked. */
	takeStates(): (readonly [string, Kept])[] {
		const states = [...this.#states];
		this.#states.clear();
		return states;
	}
}
