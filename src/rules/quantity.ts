import { parseDuration } from '../base/duration.ts';
import { parseSize } from '../base/size.ts';

/**
 * A number as rules write it: `1.5GiB` is bytes, `2m` milliseconds, `80%` is 80, `12` and `-0.5` themselves; undefined
 * for anything else.
 */
export function parseQuantity(text: string): number | undefined {
	const [, plain] = /^(-?[0-9]{1,16}(?:\.[0-9]{1,9})?)%?$/.exec(text) ?? [];
	return plain === undefined
		? (parseSize(text) ?? parseDuration(text, Number.MAX_SAFE_INTEGER))
		: Number(plain);
}
