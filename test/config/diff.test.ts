import { expect, test } from 'vitest';
import { diff, difference } from '../../src/config/diff.ts';
import { serviceKeys } from '../../src/config/keys-service.ts';
import { loaded, service } from './scratch.ts';

async function plan(before: string, after: string): Promise<string[]> {
	const actions = diff(await loaded(before), await loaded(after));
	return actions.map(({ action, name, detail }) => `${action} ${name}${detail === '' ? '' : `: ${detail}`}`);
}

const db = '[service.db]\nrun = ["db"]\n';

test('what is the same is kept, however it is written', async () => {
	const one = '[service.web]\nrun = ["web"]\nenv = { A = "1", B = "2" }\nstop.timeout = "60s"';
	const other = `# moved\n${db}[service]\nweb = { stop = { timeout = "1m" }, env = { B = "2", A = "1" }, run = ["web"] }`;
	expect(await plan(`${db}${one}`, other)).toEqual(['keep db', 'keep web']);
});

test('new ones start, others stop, changed ones restart with the keys that need it', async () => {
	const before = `${db}[service.old]\nrun = ["old"]\n[service.web]\nrun = ["web"]\nenv = { PORT = "1", X = "1" }\nnice = 1`;
	const after = `${db}[service.new]\nrun = ["new"]\n[service.web]\nrun = ["web"]\nenv = { PORT = "2", Y = "1" }\nstop.timeout = "1s"`;
	expect(await plan(before, after)).toEqual([
		'keep db',
		'start new: new',
		'stop old: no longer in the file',
		'restart web: env.PORT, env.X, env.Y, nice changed',
	]);
});

test('what changes in place leaves the process alone', async () => {
	const keys = 'stop.timeout = "1s"\nlabels.a = "b"\nrestart = "never"\nmanual = true';
	expect(await plan(db, `${db}${keys}`)).toEqual([
		'change db: restart, stop.timeout, labels.a, manual changed',
	]);
});

test('a new manual service is not started', async () => {
	expect(await plan('', `${db}manual = true`)).toEqual(['change db: new, manual: not started']);
});

test('values of the environment are in no plan', async () => {
	const text = JSON.stringify(
		diff(await loaded(`${db}env.A = "secret1"`), await loaded(`${db}env.A = "secret2"`)),
	);
	expect(text).toContain('env.A');
	expect(text).not.toContain('secret');
});

test('another number of instances starts or stops those that differ', async () => {
	const count = (instances: number, more = '') => `${db}instances = ${instances}\n${more}`;
	expect(await plan(count(2), count(3))).toEqual(['keep db@1', 'keep db@2', 'start db@3: instances 2 to 3']);
	expect(await plan(count(3), count(2, 'nice = 1'))).toEqual([
		'restart db@1: nice changed',
		'restart db@2: nice changed',
		'stop db@3: instances 3 to 2',
	]);
	expect(await plan(count(1), count(2))).toEqual([
		'stop db: instances 1 to 2',
		'start db@1: instances 1 to 2',
		'start db@2: instances 1 to 2',
	]);
});

test('groups change in place', async () => {
	const group = (keys: string) => `${db}[group.g]\nmembers = ["db"]\n${keys}`;
	expect(await plan(group(''), group('strategy = "one_for_all"\nintensity.restarts = 1'))).toEqual([
		'keep db',
		'change g: strategy, intensity.restarts changed',
	]);
	expect(await plan(db, group(''))).toEqual(['keep db', 'change g: new']);
	expect(await plan(group(''), db)).toEqual(['keep db', 'change g: no longer in the file']);
	expect(await plan(group(''), group(''))).toEqual(['keep db', 'keep g']);
});

test('keys of [daemon] wait for the next start, log_level does not', async () => {
	const after = '[daemon]\nlog_level = "warn"\njournal = "1MiB"\nfail_on_error = true';
	expect(await plan('', after)).toEqual([
		'change daemon.log_level: info to warn',
		'later daemon.fail_on_error: false to true',
		'later daemon.journal: 64MiB to 1MiB',
	]);
});

test('what [defaults] says reaches the services that do not say otherwise', async () => {
	expect(
		await plan(
			`${db}[service.web]\nrun = ["web"]\numask = "077"`,
			`[defaults]\numask = "027"\n${db}[service.web]\nrun = ["web"]\numask = "077"`,
		),
	).toEqual(['restart db: umask changed', 'keep web']);
});

test('a difference is found in every key', async () => {
	const changed: Record<string, string> = {
		run: '', ready: '"notify"', start_timeout: '"1s"', directory: '"/tmp"', env: '{ A = "1" }', env_file: '', before: '[["x"]]',
		reload: '"HUP"', success: '[1]', user: '"www"', group: '"ops"', umask: '"077"', requires: '', wants: '', after: '',
		restart: '"never"', 'backoff.from': '"1s"', 'backoff.factor': '3', 'backoff.to': '"1s"', 'backoff.reset': '"1s"',
		'backoff.jitter': '0', 'limit.failures': '1', 'limit.within': '"1s"', 'limit.retry': '"1s"', 'stop.signal': '"HUP"',
		'stop.timeout': '"1s"', watchdog: '"1s"', 'probe.check': '"tcp:a:1"', on_degraded: '"none"', nice: '0', oom_score: '0',
		no_new_privs: 'true', 'log.max': '1', 'log.keep': '1', labels: '{ a = "b" }', instances: '', oneshot: 'true', manual: 'true',
		every: '"1s"', cron: '"* * * * *"',
	}; // biome-ignore format: a list of keys
	const plain = await service('');
	for (const { name, change } of serviceKeys) {
		const value = changed[name] ?? (name.startsWith('limits.') ? '1' : '');
		if (value !== '') {
			const found = difference(plain, await service(`${name} = ${value}`));
			expect(found[change === 'in-place' ? 'inPlace' : 'restart'].join()).toContain(name);
		}
	}
});
