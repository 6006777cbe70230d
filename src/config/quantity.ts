import { formatDuration, parseDuration, tooLong } from '../base/duration.ts';
import { shown } from '../base/shown.ts';
import { formatSize, parseSize } from '../base/size.ts';
import { kindOf, type Value } from './node.ts';
import { type At, expectedOf, type Reader, word } from './reader.ts';

/** Milliseconds; at most 24.8 days, what a timer can wait. */
export const duration: Reader<number> = word(
	'a duration ("200ms", "5s", "2m" or "1h")',
	(given) => parseDuration(given) ?? tooLong(given),
	formatDuration,
);

/** Milliseconds, not 0. */
export const someDuration: Reader<number> = longer('longer than 0', (ms) => ms > 0);

/** Milliseconds, at least so many. */
export function durationFrom(least: number): Reader<number> {
	return longer(`of at least ${formatDuration(least)}`, (ms) => ms >= least);
}

function longer(which: string, isLongEnough: (ms: number) => boolean): Reader<number> {
	return {
		...duration,
		read(node, at) {
			const ms = duration.read(node, at);
			return typeof ms !== 'number' || isLongEnough(ms)
				? ms
				: at.wrong(node.line, `expected a duration ${which}`);
		},
	};
}

/** Bytes of at least `least`: `"512MiB"`, or a plain number. */
export function size(least = 0): Reader<number> {
	const self: Reader<number> = {
		expected: `a size ("512MiB", "64KiB", "1GiB" or bytes)${least > 0 ? ` of at least ${formatSize(least)}` : ''}`,
		read({ line, value }, at) {
			const bytes = typeof value === 'string' ? parseSize(value) : value;
			const isSize = typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= least;
			const got = typeof value === 'string' ? shown(value) : kindOf(value);
			return isSize ? bytes + 0 : at.wrong(line, expectedOf(self, got));
		},
		write: formatSize,
	};
	return self;
}

/** What setrlimit(2) takes: a number (of bytes, seconds, files, …), a size, or Infinity for "unlimited". */
export const resource: Reader<number> = orUnlimited(
	{ ...size(), write: (value) => value },
	'a number, a size ("512MiB")',
	Number.POSITIVE_INFINITY,
);

/** What `limit` reads, or the value `unlimited` for the word. */
export function orUnlimited<U>(limit: Reader<number>, what: string, unlimited: U): Reader<number | U> {
	const self: Reader<number | U> = {
		expected: `${what} or "unlimited"`,
		read(node, at) {
			const wrong: At['wrong'] = (line) => at.wrong(line, gotInstead(self, node.value));
			return node.value === 'unlimited' ? unlimited : limit.read(node, { ...at, wrong });
		},
		write: (value) => (value === unlimited ? 'unlimited' : limit.write(value as number)),
	};
	return self;
}

/** The bits of a umask, written as chmod(1) has them: "022". */
export const umask: Reader<number> = word(
	'a umask as a string of octal digits ("022")',
	(given) => (/^0?[0-7]{1,3}$/.test(given) ? Number.parseInt(given, 8) : undefined),
	(bits) => bits.toString(8).padStart(3, '0'),
);

function gotInstead(reader: { readonly expected: string }, value: Value): string {
	return expectedOf(reader, typeof value === 'string' ? shown(value) : kindOf(value));
}
