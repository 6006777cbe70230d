import { expect, test } from 'vitest';
import { diff } from '../../src/config/diff.ts';
import { inForce } from '../../src/config/in-force.ts';
import { loaded } from './scratch.ts';

test('what waits for the next start stays as it was and where it was from, everything else is the new one', async () => {
	const before = await loaded('[daemon]\njournal = "32MiB"');
	const after = await loaded(
		'[daemon]\nlog_level = "warn"\nfail_on_error = true\njournal = "16MiB"\n[service.a]\nrun = ["a"]',
	);
	const found = inForce(before, after);
	expect(found.daemon).toEqual({
		logLevel: 'warn',
		failOnError: false,
		journal: 32 * 2 ** 20,
		sample: 5000,
		ports: { from: 20_000, to: 29_999 },
	});
	expect([...found.origins.daemon.keys()].sort()).toEqual(['journal', 'log_level']);
	expect(found.origins.daemon.get('journal')).toBe(before.origins.daemon.get('journal'));
	expect(found.services).toBe(after.services);
});

test('another reload of the same file says once more what waits', async () => {
	const [before, after] = [await loaded(''), await loaded('[daemon]\nfail_on_error = true')];
	const later = diff(before, after);
	expect(later.map(({ action, name }) => `${action} ${name}`)).toEqual(['later daemon.fail_on_error']);
	expect(diff(inForce(before, after), after)).toEqual(later);
	expect(diff(inForce(before, after), before)).toEqual([]);
});
