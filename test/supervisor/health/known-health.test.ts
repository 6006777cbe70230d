import { expect, test, vi } from 'vitest';
import { Feedings } from '../../../src/keeper/feedings.ts';
import { Health, type HealthPorts } from '../../../src/supervisor/health/health.ts';
import { illText, newHealth } from '../../../src/supervisor/health/known-health.ts';
import { newEntry } from '../../../src/supervisor/new-entry.ts';

test('a start that nothing is known of is well', () => {
	const health = newHealth(newEntry('web', 'daemon'), 7);
	expect(health).toEqual({ start: 7, keepers: 0, inRow: 0, ills: {} });
	expect(illText(health.ills)).toBe(undefined);
});

test('one that an archon which noted less had found ill is ill', () => {
	const entry = newEntry('web', 'daemon');
	entry.degraded = 'slow';
	expect(newHealth(entry, 7).ills).toEqual({ watchdog: 'slow' });
	expect(illText({ watchdog: 'a', probe: 'b' })).toBe('a; b');
});

test('when its watchdog was fed before an archon that notes nothing of it does not count', () => {
	vi.useFakeTimers();
	const feedings = new Feedings(Int32Array.of(7), 0, 1);
	const tell = vi.fn();
	const ports = {
		ledger: { feedings, keepers: 1 },
		interpreter: { tell },
		changed() {},
		hear() {},
		chance: () => 0,
	};
	const entry = newEntry('web', 'daemon');
	const life = { ...entry.life, state: { tag: 'running', since: 0 } };
	Object.assign(entry, { life, process: { slot: 0, start: 7 }, service: { watchdog: 1000 } });
	new Health(ports as unknown as HealthPorts).changed(entry);
	vi.advanceTimersByTime(900);
	expect(tell).not.toHaveBeenCalled();
	vi.advanceTimersByTime(200);
	expect(tell).toHaveBeenCalledTimes(1);
	vi.useRealTimers();
});
