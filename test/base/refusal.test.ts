import { expect, test } from 'vitest';
import { isRefusal, refuse } from '../../src/base/refusal.ts';

test('a refusal is told from every result', () => {
	expect(isRefusal(refuse('no'))).toBe(true);
	expect(refuse('no').refused).toBe('no');
	for (const value of [undefined, null, 0, 'refused', [], {}, { refused: 1 }]) {
		expect(isRefusal(value)).toBe(false);
	}
});
