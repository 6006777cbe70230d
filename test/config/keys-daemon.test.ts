import { expect, test } from 'vitest';
import { daemonKeys, groupKeys, logLevels } from '../../src/config/keys-daemon.ts';
import { loaded, mistakes } from './scratch.ts';

test('[daemon] is read', async () => {
	const { daemon } = await loaded(
		'[daemon]\nlog_level = "warn"\nfail_on_error = true\njournal = "1MiB"\nsample = "1s"\nports = "1-2"',
	);
	expect(daemon).toEqual({
		logLevel: 'warn',
		failOnError: true,
		journal: 2 ** 20,
		sample: 1000,
		ports: { from: 1, to: 2 },
	});
	expect((await loaded('')).daemon).toEqual({
		logLevel: 'info',
		failOnError: false,
		journal: 64 * 2 ** 20,
		sample: 5000,
		ports: { from: 20_000, to: 29_999 },
	});
	for (const level of logLevels) {
		expect((await loaded(`daemon.log_level = "${level}"`)).daemon.logLevel).toBe(level);
	}
});

test('mistakes of [daemon] have their lines', async () => {
	expect(
		await mistakes('[daemon]\nlog_level = "loud"\nfail_on_error = 0\njournal = 16383\nports = "2-1"'),
	).toEqual([
		'archon.toml:2: daemon.log_level: expected "error", "warn", "info" or "debug", got "loud"',
		'archon.toml:3: daemon.fail_on_error: expected true or false, got the number 0',
		'archon.toml:4: daemon.journal: expected a size ("512MiB", "64KiB", "1GiB" or bytes) of at least 16KiB, got the number 16383',
		'archon.toml:5: daemon.ports: expected two ports from 1 to 65535 ("20000-29999"), got "2-1"',
	]);
	expect((await loaded('daemon.journal = 16384')).daemon.journal).toBe(16384);
});

test('samples are at least 100 ms apart', async () => {
	expect((await loaded('daemon.sample = "100ms"')).daemon.sample).toBe(100);
	expect(await mistakes('daemon.sample = "99ms"')).toEqual([
		'archon.toml:1: daemon.sample: expected a duration of at least 100ms',
	]);
	expect(await mistakes('daemon.sample = "0s"')).toHaveLength(1);
	expect(await mistakes('daemon.sample = 5')).toEqual([
		'archon.toml:1: daemon.sample: expected a duration ("200ms", "5s", "2m" or "1h"), got the number 5',
	]);
});

const services = '[service.a]\nrun = ["a"]\n[service.b]\nrun = ["b"]\n';

test('groups are read', async () => {
	const { groups } = await loaded(
		`${services}[group.x]\nmembers = ["b", "y"]\nstrategy = "one_for_all"\nintensity.restarts = 0\n[group.y]\nmembers = ["a"]`,
	);
	expect([...groups.values()]).toEqual([
		{ name: 'x', members: ['b', 'y'], strategy: 'one_for_all', intensity: { restarts: 0, within: 60_000 } },
		{ name: 'y', members: ['a'], strategy: 'one_for_one', intensity: { restarts: 5, within: 60_000 } },
	]);
});

test('mistakes of a group have their lines', async () => {
	expect(
		await mistakes(`${services}[group.x]\nmembers = "a"\nstrategy = "all"\nintensity = 3\nstategy = 1`),
	).toEqual([
		'archon.toml:6: group.x.members: expected a list of names, got a string',
		'archon.toml:7: group.x.strategy: expected "one_for_one", "one_for_all" or "rest_for_one", got "all"',
		'archon.toml:8: group.x.intensity: expected a table of restarts, within, got the number 3',
		'archon.toml:9: group.x.stategy: unknown key, did you mean "strategy"?',
	]);
});

test('log_level, sample and groups change in place, the rest of [daemon] later', () => {
	expect(daemonKeys.map(({ name, change }) => `${name} ${change}`)).toEqual([
		'log_level in-place',
		'fail_on_error later',
		'journal later',
		'sample in-place',
		'ports later',
	]);
	expect(groupKeys.every(({ change }) => change === 'in-place')).toBe(true);
});
