import { compileGlob } from '../base/glob.ts';
import { isRefusal } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import type { Condition, Subject, Test } from './condition.ts';
import { compilePattern } from './pattern.ts';

type Value = Subject[string];
type Field = readonly [string, Holds];
/** `wrong` is told what could not be tested; then it does not hold. */
type Holds = (value: Value, wrong: Wrong) => boolean;
type Wrong = (why: string) => void;

const compiled = new WeakMap<Condition, readonly Field[]>();
const nobody: Wrong = () => {};

/**
 * Whether each field of a condition holds (`when`; one without fields always does). A field that the subject does not
 * have does not hold. Globs and patterns are compiled when the condition is first tested. `wrong` is told of a pattern
 * that takes too long, which does not hold.
 */
export function matches(condition: Condition, subject: Subject, wrong: Wrong = nobody): boolean {
	return testsOf(condition).every(([field, holds]) => holds(fieldOf(subject, field), wrong));
}

/** Whether any field of a condition holds (`except`; one without fields never does). */
export function matchesAny(condition: Condition, subject: Subject, wrong: Wrong = nobody): boolean {
	return testsOf(condition).some(([field, holds]) => holds(fieldOf(subject, field), wrong));
}

/** What every object has is no field. */
function fieldOf(subject: Subject, field: string): Value {
	return Object.hasOwn(subject, field) ? subject[field] : undefined;
}

function testsOf(condition: Condition): readonly Field[] {
	const known = compiled.get(condition);
	if (known !== undefined) {
		return known;
	}
	const tests = Object.entries(condition).map(([field, test]) => [field, compile(test)] as const);
	compiled.set(condition, tests);
	return tests;
}

function compile(test: Test): Holds {
	switch (test.is) {
		case 'equal':
			return (value) => value === test.to;
		case 'glob':
			return ofText(compileGlob(test.glob));
		case 'above':
			return (value) => typeof value === 'number' && value > test.than;
		case 'below':
			return (value) => typeof value === 'number' && value < test.than;
		case 'any': {
			const of = test.of.map(compile);
			return (value, wrong) => of.some((holds) => holds(value, wrong));
		}
		case 'matching':
			return compileMatching(test.pattern);
		case 'table':
			return (value, wrong) => typeof value === 'object' && matches(test.fields, value, wrong);
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

/** A number is tested by its text. */
function ofText(holds: (text: string) => boolean): Holds {
	return (value) =>
		typeof value === 'string' ? holds(value) : typeof value === 'number' && holds(String(value));
}
