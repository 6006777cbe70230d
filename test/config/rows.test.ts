import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { areMistakes } from '../../src/config/mistake.ts';
import { type Row, rows } from '../../src/config/rows.ts';
import type { Settings } from '../../src/config/settings.ts';
import { folder, loaded, ports } from './scratch.ts';

const byDefault = (value: string) => ({ value, source: 'default' });
const settings: Settings = {
	socket: { value: '/run/é.sock', source: '--socket' },
	stateDir: { value: '/state', source: 'ARCHON_STATE_DIR' },
	logDir: byDefault('/log'),
	config: byDefault('/etc/archon.toml'),
	rules: byDefault('/etc/rules'),
	logLevel: undefined,
	keeper: '',
};

async function table(
	files: Record<string, string>,
	own: Partial<Settings> = {},
): Promise<Map<string, string>> {
	const at = folder(files);
	const config = await loadConfig(`${at}/archon.toml`, true, ports);
	if (areMistakes(config)) {
		throw new Error(config[0]?.text);
	}
	const all = [...rows(config, { ...settings, ...own })];
	expect(all.map(({ key }) => key)).toEqual(all.map(({ key }) => key).sort());
	return new Map(
		all.map(({ key, value, source }: Row) => [key, `${value} | ${source.replace(`${at}/`, '')}`]),
	);
}

test('a key has its value and who says it: the service, [defaults] or nobody', async () => {
	const found = await table({
		'archon.toml':
			'[defaults]\nnice = 5\nstop.timeout = "1s"\n[service.web]\nrun = ["web", "-x"]\nstop.signal = "HUP"\nprobe.check = "tcp:a:1"',
	});
	expect(found.get('service.web.run')).toBe('["web", "-x"] | archon.toml:5');
	expect(found.get('service.web.nice')).toBe('5 | archon.toml:2');
	expect(found.get('service.web.stop.signal')).toBe('HUP | archon.toml:6');
	expect(found.get('service.web.stop.timeout')).toBe('1s | archon.toml:3');
	expect(found.get('service.web.start_timeout')).toBe('30s | default');
	expect(found.get('service.web.user')).toBe('- | default');
	expect(found.get('service.web.probe.every')).toBe('10s | default');
	expect(found.get('service.web.umask')).toBe('022 | default');
	expect(found.get('defaults.nice')).toBe('5 | archon.toml:2');
	expect(found.get('defaults.restart')).toBe('on-failure | default');
	expect(found.has('defaults.run')).toBe(false);
});

test('of the environment only the names are shown', async () => {
	const found = await table({
		'archon.toml':
			'[defaults]\nenv.A = "secret"\nenv_file = ["a.env"]\n[service.web]\nrun = ["web"]\nenv = { B = "secret", "c d" = "secret" }\nlabels.tier = "gold"',
		'a.env': '\nF=secret\nA=secret',
	});
	expect(found.get('service.web.env.A')).toBe('(set) | archon.toml:2');
	expect(found.get('service.web.env.B')).toBe('(set) | archon.toml:6');
	expect(found.get('service.web.env."c d"')).toBe('(set) | archon.toml:6');
	expect(found.get('service.web.env.F')).toBe('(set) | a.env:2');
	expect(found.get('service.web.labels.tier')).toBe('gold | archon.toml:7');
	expect([...found.values()].join()).not.toContain('secret');
});

test('what the command line and the environment say is there with their names', async () => {
	const found = await table({ 'archon.toml': '[daemon]\nlog_level = "warn"\njournal = "1MiB"' });
	expect([...found].filter(([key]) => key.startsWith('daemon.'))).toEqual([
		['daemon.config', '/etc/archon.toml | default'],
		['daemon.fail_on_error', 'false | default'],
		['daemon.journal', '1MiB | archon.toml:3'],
		['daemon.log_dir', '/log | default'],
		['daemon.log_level', 'warn | archon.toml:2'],
		['daemon.ports', '20000-29999 | default'],
		['daemon.rules', '/etc/rules | default'],
		['daemon.sample', '5s | default'],
		['daemon.socket', '/run/Ã©.sock | --socket'],
		['daemon.state_dir', '/state | ARCHON_STATE_DIR'],
	]);
});

test('a level of the environment goes before that of the file', async () => {
	const logLevel = { value: 'debug', source: 'ARCHON_LOG_LEVEL' };
	const found = await table({ 'archon.toml': '[daemon]\nlog_level = "warn"' }, { logLevel });
	expect(found.get('daemon.log_level')).toBe('debug | ARCHON_LOG_LEVEL');
});

test('limits are there where somebody says them', async () => {
	const found = await table({
		'archon.toml': '[service.web]\nrun = ["web"]\nlimits = { core = 0, memory = "unlimited" }',
	});
	expect([...found].filter(([key]) => key.includes('.limits.'))).toEqual([
		['service.web.limits.core', '0 | archon.toml:3'],
		['service.web.limits.memory', 'unlimited | archon.toml:3'],
	]);
});

test('groups have rows, and everything is in the order of its key', async () => {
	const found = await table({
		'archon.toml':
			'[service.web]\nrun = ["a"]\n[service.web-2]\nrun = ["a"]\n[service."web.3"]\nrun = ["a"]\n[group.g]\nmembers = ["web"]',
	});
	expect(found.get('group.g.members')).toBe('["web"] | archon.toml:8');
	expect(found.get('group.g.intensity.within')).toBe('1m | default');
	expect(found.get('service."web.3".run')).toBe('["a"] | archon.toml:6');
});

test('rows are made as they are taken', async () => {
	const all = Array.from({ length: 1000 }, (_, index) => `[service.s${index}]\nrun = ["x"]`).join('\n');
	const made = rows(await loaded(all), settings);
	expect(made.next().value?.key).toBe('daemon.config');
	made.return(undefined);
});
