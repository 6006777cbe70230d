import { compileGlob } from '../base/glob.ts';
import type { EventType } from '../events/event.ts';
import type { InForce } from './in-force.ts';
import { endingTypes } from './lasting.ts';

/** Whom an event of a type concerns, in the order of the rules. */
export type Concerned = {
	/** Those whose `on` names it. */
	readonly rules: readonly InForce[];
	/** Those with `lasting`, where it may tell the end of a process. */
	readonly lasting: readonly InForce[];
};

/** Types that rules emit come and go; so many are remembered, archon's own among them. */
const mostTypes = 4096;

/** What was compiled for the `on` of a rule, which stays the same object while its file does. */
const compiled = new WeakMap<readonly string[], readonly ((type: string) => boolean)[]>();

function typesOf({ rule: { on } }: InForce): readonly ((type: string) => boolean)[] {
	const known = compiled.get(on);
	if (known !== undefined) {
		return known;
	}
	const tests = on.map((glob) => compileGlob(glob));
	compiled.set(on, tests);
	return tests;
}

/** The rules by the types that they see. Each type is looked for once, then remembered. */
export class ByType {
	readonly #rules: readonly (readonly [InForce, readonly ((type: string) => boolean)[]])[];
	readonly #lasting: readonly InForce[];
	readonly #known = new Map<EventType, Concerned | undefined>();

	constructor(rules: readonly InForce[]) {
		this.#rules = rules.map((one) => [one, typesOf(one)]);
		this.#lasting = rules.filter(({ lasting }) => lasting !== undefined);
	}

	/** Undefined: nobody. */
	of(type: EventType): Concerned | undefined {
		if (this.#rules.length === 0) {
			return undefined;
		}
		const known = this.#known.get(type);
		return known !== undefined || this.#known.has(type) ? known : this.#look(type);
	}

	#look(type: EventType): Concerned | undefined {
		const rules = this.#rules.filter(([, globs]) => globs.some((sees) => sees(type))).map(([one]) => one);
		const lasting = endingTypes.some((ending) => ending === type) ? this.#lasting : [];
		const concerned = rules.length + lasting.length === 0 ? undefined : { rules, lasting };
		if (this.#known.size >= mostTypes) {
			this.#known.clear();
		}
		this.#known.set(type, concerned);
		return concerned;
	}
}
