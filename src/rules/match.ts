import { compileGlob } from '../base/glob.ts';
import { isRefusal } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import type { Condition, Subject, Test } from './condition.ts';
import { compilePattern } from './pattern.ts';
import { parseQuantity } from './quantity.ts';

type Value = Subject[string];
type Field = readonly [string, Holds];
/** `wrong` is told what could not be tested; then it does not hold. */
type Holds = (value: Value, wrong: Wrong) => boolean;
type Wrong = (why: string) => void;

const nobody: Wrong = () => {};

/** A condition as it is tested, again and again; its globs and patterns are compiled when it first is. */
export class Tests {
	readonly #condition: Condition;
	#compiled: readonly Field[] | undefined;

	constructor(condition: Condition) {
		this.#condition = condition;
	}

	/**
	 * Whether each field holds (`when`; without fields it always does). A field that the subject does not have does not
	 * hold. `wrong` is told of a pattern that takes too long, which does not hold.
	 */
	all(subject: Subject, wrong: Wrong = nobody): boolean {
		for (const [field, holds] of this.#fields()) {
			if (!holds(fieldOf(subject, field), wrong)) {
				return false;
			}
		}
		return true;
	}

	/** Whether any field holds (`except`; without fields none does). */
	any(subject: Subject, wrong: Wrong = nobody): boolean {
		for (const [field, holds] of this.#fields()) {
			if (holds(fieldOf(subject, field), wrong)) {
				return true;
			}
		}
		return false;
	}

	#fields(): readonly Field[] {
		this.#compiled ??= Object.entries(this.#condition).map(
			([field, test]) => [field, compile(test)] as const,
		);
		return this.#compiled;
	}
}

/** What every object has is no field. */
function fieldOf(subject: Subject, field: string): Value {
	return Object.hasOwn(subject, field) ? subject[field] : undefined;
}

function compile(test: Test): Holds {
	switch (test.is) {
		case 'equal':
			return (value) => value === test.to;
		case 'glob':
			return ofText(compileGlob(test.glob));
		case 'above':
			return (value) => quantityOf(value) > test.than;
		case 'below':
			return (value) => quantityOf(value) < test.than;
		case 'any': {
			const of = test.of.map(compile);
			return (value, wrong) => of.some((holds) => holds(value, wrong));
		}
		case 'matching':
			return compileMatching(test.pattern);
		case 'table': {
			const of = new Tests(test.fields);
			return (value, wrong) => typeof value === 'object' && of.all(value, wrong);
		}
	}
}

function compileMatching(text: string): Holds {
	const pattern = compilePattern(text);
	if (isRefusal(pattern)) {
		return (_, wrong) => {
			wrong(`matching ${shown(text)}: ${pattern.refused}`);
			return false;
		};
	}
	return (value, wrong) =>
		ofText((given) => {
			const found = pattern.find(given);
			if (isRefusal(found)) {
				wrong(`matching ${shown(text)}: ${found.refused} for a text of ${given.length} bytes`);
				return false;
			}
			return found !== undefined;
		})(value, wrong);
}

/** A duration is written as people read it, `1.5s`. NaN is neither above nor below anything. */
function quantityOf(value: Value): number {
	return typeof value === 'number'
		? value
		: ((typeof value === 'string' ? parseQuantity(value) : undefined) ?? Number.NaN);
}

/** A number is tested by its text. */
function ofText(holds: (text: string) => boolean): Holds {
	return (value) =>
		typeof value === 'string' ? holds(value) : typeof value === 'number' && holds(String(value));
}
