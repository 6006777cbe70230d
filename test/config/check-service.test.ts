import { expect, test } from 'vitest';
import { mostServices } from '../../src/config/check-service.ts';
import { loaded, mistakes, service } from './scratch.ts';

test('a service without run is a mistake at its table', async () => {
	expect(await mistakes('\n[service.web]\nnice = 1')).toEqual([
		'archon.toml:2: service.web: run is missing: what is to be started',
	]);
});

test('a restart that overlaps is nothing for bind = "seccomp", wherever it is said', async () => {
	const text = 'a service with bind = "seccomp" cannot have restart_mode = "overlap"';
	const web = '[service.web]\nrun = ["web"]\nbind = "seccomp"\n';
	expect(await mistakes(`${web}restart_mode = "overlap"`)).toEqual([
		`archon.toml:4: service.web.restart_mode: ${text}; replace it, or bind = true`,
	]);
	expect(await mistakes(`${web}[defaults]\nrestart_mode = "overlap"`)).toEqual([
		`archon.toml:3: service.web.bind: ${text}, which [defaults] says; replace it, or bind = true`,
	]);
	expect(await mistakes(`${web}restart_mode = "replace"\n[defaults]\nrestart_mode = "overlap"`)).toEqual([]);
	expect(await mistakes('[service.web]\nrun = ["web"]\nbind = true\nrestart_mode = "overlap"')).toEqual([]);
});

test('a oneshot that is always restarted is a mistake, wherever it is said', async () => {
	const text = 'a oneshot cannot have restart = "always"';
	const web = '[service.web]\nrun = ["web"]\n';
	expect(await mistakes(`${web}oneshot = true\nrestart = "always"`)).toEqual([
		`archon.toml:3: service.web.oneshot: ${text}`,
	]);
	expect(await mistakes(`${web}oneshot = true\n[defaults]\nrestart = "always"`)).toEqual([
		`archon.toml:3: service.web.oneshot: ${text}, which [defaults] says`,
	]);
	expect(await mistakes(`${web}restart = "always"\n[defaults]\noneshot = true`)).toEqual([
		`archon.toml:3: service.web.restart: ${text}`,
	]);
	expect(await service('oneshot = true\nrestart = "never"', '[defaults]\nrestart = "always"')).toMatchObject({
		restart: 'never',
	});
});

test('every and cron exclude each other in one table', async () => {
	const both = 'cron = "0 3 * * *"\nevery = "5m"\n';
	expect(await mistakes(`[service.web]\nrun = ["web"]\n${both}[defaults]\n${both}`)).toEqual([
		'archon.toml:3: service.web.cron: every and cron exclude each other',
		'archon.toml:6: defaults.cron: every and cron exclude each other',
	]);
});

test('what a service says of its timer replaces what [defaults] says', async () => {
	const every = { tag: 'every', every: 60_000, overlap: true };
	const cron = { tag: 'cron', cron: '0 3 * * *', timezone: 'UTC', overlap: true };
	expect((await service('every = "1m"', '[defaults]\ncron = "0 4 * * *"\noverlap = true')).timer).toEqual(
		every,
	);
	expect((await service('cron = "0 3 * * *"', '[defaults]\nevery = "5m"\noverlap = true')).timer).toEqual(
		cron,
	);
});

test('a name has to leave room for the numbers of its instances', async () => {
	const name = 'x'.repeat(61);
	const with_ = (instances: number) => mistakes(`[service.${name}]\nrun = ["web"]\ninstances = ${instances}`);
	expect(await with_(9)).toEqual([]);
	expect(await with_(100)).toEqual([
		`archon.toml:3: service.${name}.instances: the name is too long for instances: ${name}@100 has more than 64 characters`,
	]);
});

test('what is said of a probe that does not exist is a mistake', async () => {
	expect(await mistakes('[service.web]\nrun = ["web"]\n[service.web.probe]\nevery = "1s"')).toEqual([
		'archon.toml:4: service.web.probe.every: there is no probe without probe.check',
	]);
	const { probe } = await service(
		'probe.every = "1s"',
		'[defaults]\nprobe = { check = "tcp:a:1", failures = 9 }',
	);
	expect(probe).toEqual({
		check: { tag: 'tcp', host: 'a', port: 1 },
		every: 1000,
		timeout: 2000,
		failures: 9,
	});
	expect(await mistakes('[defaults]\nprobe.every = "1s"')).toEqual([]);
});

test('there are at most 10 000 services, their instances counted', async () => {
	const many = Array.from({ length: 11 }, (_, index) => `[service.s${index}]\nrun = ["s"]\ninstances = 1000`);
	expect(mostServices).toBe(10_000);
	expect((await loaded(many.slice(1).join('\n'))).services.size).toBe(10);
	expect(await mistakes(many.join('\n'))).toEqual([
		'archon.toml:31: service.s10: more than 10000 services, their instances counted',
	]);
});
