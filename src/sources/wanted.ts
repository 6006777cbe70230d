import { compileGlob } from '../base/glob.ts';
import type { Condition, Subject, Test } from '../rules/condition.ts';
import type { Want } from './source.ts';

type Value = Subject[string];
type Judge = (value: Value) => boolean | undefined;

/**
 * Whether what is known so far speaks for telling: false as soon as a field of `when` does not hold or one of `except`
 * does. What is not known yet (it is not in `known`), and patterns, which only the rules themselves match, speak for it,
 * so this is never false for what a rule would match.
 */
export function mayBeWanted({ when, except }: Want, known: Subject): boolean {
	return (
		Object.entries(when).every(([field, test]) => judge(test, known[field]) !== false) &&
		Object.entries(except).every(([field, test]) => judge(test, known[field]) !== true)
	);
}

/** The same where all is known: a field that is not there is not as `when` wants it. */
export function isWanted(want: Want, known: Subject): boolean {
	return Object.keys(want.when).every((field) => known[field] !== undefined) && mayBeWanted(want, known);
}

/** True and false where that is certain. */
function judge(test: Test, value: Value): boolean | undefined {
	if (value === undefined) {
		return undefined;
	}
	let known = judges.get(test);
	if (known === undefined) {
		known = compile(test);
		judges.set(test, known);
	}
	return known(value);
}

/** Each test is compiled once; it goes with the rule that it is of. */
const judges = new WeakMap<Test, Judge>();

function compile(test: Test): Judge {
	switch (test.is) {
		case 'equal':
			return (value) => value === test.to;
		case 'glob': {
			const matches = compileGlob(test.glob);
			return (value) => (typeof value === 'string' || typeof value === 'number') && matches(String(value));
		}
		case 'above':
			return (value) => typeof value === 'number' && value > test.than;
		case 'below':
			return (value) => typeof value === 'number' && value < test.than;
		case 'any':
			return (value) => anyOf(test.of.map((one) => judge(one, value)));
		case 'table':
			return (value) => typeof value === 'object' && allIn(test.fields, value);
		case 'matching':
			return () => undefined;
	}
}

function anyOf(answers: readonly (boolean | undefined)[]): boolean | undefined {
	return answers.includes(true) || (answers.includes(undefined) ? undefined : false);
}

/** A table is known whole: what is not in it is not so. */
function allIn(fields: Condition, value: Subject): boolean | undefined {
	const answers = Object.entries(fields).map(([field, test]) =>
		value[field] === undefined ? false : judge(test, value[field]),
	);
	return answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
}
