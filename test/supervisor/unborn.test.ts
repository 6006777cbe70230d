import { expect, test } from 'vitest';
import { isUnborn } from '../../src/supervisor/unborn.ts';
import { entryIn, running } from './entries.ts';

test('unborn is what never had a start, and has none now', () => {
	expect(isUnborn(entryIn({ tag: 'stopped' }))).toBe(true);
	expect(isUnborn(entryIn({ tag: 'stopped' }, { newest: 7 }))).toBe(false);
	expect(isUnborn(entryIn(running))).toBe(false);
});
