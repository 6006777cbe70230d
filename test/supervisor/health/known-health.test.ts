import { expect, test } from 'vitest';
import { illText, newHealth } from '../../../src/supervisor/health/known-health.ts';
import { newEntry } from '../../../src/supervisor/new-entry.ts';

test('a start that nothing is known of is well', () => {
	const health = newHealth(newEntry('web', 'daemon'), 7, 2);
	expect(health).toEqual({ start: 7, keepers: 2, inRow: 0, ills: {} });
	expect(illText(health.ills)).toBe(undefined);
});

test('one that an archon which noted less had found ill is ill', () => {
	const entry = newEntry('web', 'daemon');
	entry.degraded = 'slow';
	expect(newHealth(entry, 7, 2).ills).toEqual({ watchdog: 'slow' });
	expect(illText({ watchdog: 'a', probe: 'b' })).toBe('a; b');
});
