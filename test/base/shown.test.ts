import { expect, test } from 'vitest';
import { shown } from '../../src/base/shown.ts';

test('a text is shown between quotes, a long one cut', () => {
	expect(shown('-l')).toBe('"-l"');
	expect(shown('x'.repeat(80))).toBe(`"${'x'.repeat(80)}"`);
	expect(shown('x'.repeat(81))).toBe(`"${'x'.repeat(80)}..."`);
});

test('a text is not cut inside a character', () => {
	const euros = Buffer.from('€'.repeat(30)).toString('latin1');
	expect(Buffer.from(shown(euros), 'latin1').toString()).toBe(`"${'€'.repeat(26)}..."`);
	expect(shown('\xbf'.repeat(100))).toHaveLength(2 + 77 + 3);
});
