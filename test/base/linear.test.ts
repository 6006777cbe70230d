import { expect, test } from 'vitest';
import { linearPattern } from '../../src/base/linear.ts';
import { isRefusal } from '../../src/base/refusal.ts';

function matches(pattern: string, text: string): boolean {
	const found = linearPattern(pattern);
	if (isRefusal(found)) {
		throw new Error(found.refused);
	}
	return found.test(text);
}

test('it matches as any other regular expression', () => {
	expect(matches('^ready', 'ready to go')).toBe(true);
	expect(matches('^ready', 'not ready')).toBe(false);
	expect(matches('listening on \\S+:\\d{2,5}$', 'listening on localhost:8080')).toBe(true);
	expect(matches('\\b(?:up|done)\\b', 'it is up.')).toBe(true);
	expect(matches('caf\xc3\xa9', 'caf\xc3\xa9')).toBe(true);
});

test('one that would backtrack for ever takes no time', () => {
	const begun = performance.now();
	expect(matches('(a+)+$', `${'a'.repeat(65_536)}b`)).toBe(false);
	expect(matches('(a|a)*b', 'a'.repeat(65_536))).toBe(false);
	expect(performance.now() - begun).toBeLessThan(5000);
});

test('what the engine cannot do is refused, and so is what is no pattern', () => {
	for (const pattern of ['(?=a)', '(a)\\1', 'a{17}', '(?i:a)']) {
		expect(linearPattern(pattern)).toEqual({
			refused: 'look-around, back references and counts above 16 are not possible here',
		});
	}
	expect(linearPattern('[')).toEqual({ refused: expect.stringContaining('Unterminated character class') });
});
