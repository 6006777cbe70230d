import { parseDuration, tooLong } from '../../base/duration.ts';
import type { Field } from '../../base/field.ts';
import { isRefusal, type Refusal, refuse } from '../../base/refusal.ts';
import { shown } from '../../base/shown.ts';
import { kindOf, type LuaValue, numberText } from './value.ts';

/** What a field may hold: how it is called in a message, and how it is read. */
export type Kind<T> = {
	readonly expected: string;
	/** Undefined: it is of another kind. A refusal says more. */
	read(value: LuaValue): T | Refusal | undefined;
};

/** A text of 1 to `most` bytes without NUL, or a number, which becomes one. */
export function text(most: number, expected = 'a text', least = 1): Kind<string> {
	return {
		expected,
		read(value) {
			const given = typeof value === 'number' ? numberText(value) : value;
			if (typeof given !== 'string') {
				return undefined;
			}
			if (given.length < least) {
				return refuse('is empty');
			}
			if (given.length > most) {
				return refuse(`is ${given.length} bytes long; ${most} are possible`);
			}
			return given.includes('\0') ? refuse('holds a NUL') : given;
		},
	};
}

/** What a field of a request may be, written as a text or a number. */
export function like<T>(field: Field<T>, expected: string): Kind<T> {
	return {
		expected,
		read(value) {
			const given = typeof value === 'number' ? numberText(value) : value;
			return typeof given === 'string' ? field.read(given) : undefined;
		},
	};
}

/** Milliseconds, of a text like "5s". */
export function duration(least: number): Kind<number> {
	return {
		expected: 'a duration ("200ms", "5s", "2m" or "1h")',
		read(value) {
			const ms = typeof value === 'string' ? parseDuration(value) : undefined;
			if (ms === undefined) {
				return typeof value === 'string' ? tooLong(value) : undefined;
			}
			return ms >= least ? ms : refuse(`${shown(value as string)} is less than ${least}ms`);
		},
	};
}

/** A whole number. */
export function whole(least: number, most: number): Kind<number> {
	return {
		expected: `a whole number, ${least} to ${most}`,
		read: (value) =>
			typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
				? value
				: undefined,
	};
}

/** Takes what `kind` does; otherwise tells `wrong` what is wrong with the value, which is called `what`. */
export function readAs<T>(
	kind: Kind<T>,
	value: LuaValue,
	what: string,
	wrong: (text: string) => void,
): T | undefined {
	if (typeof value === 'object' && value.tag === 'wrong') {
		return undefined;
	}
	const read = kind.read(value);
	if (isRefusal(read)) {
		wrong(`${what}: ${read.refused}`);
		return undefined;
	}
	if (read === undefined) {
		wrong(`${what}: expected ${kind.expected}, got ${kindOf(value)}`);
	}
	return read;
}
