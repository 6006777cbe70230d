import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { ask, names, pidOf, rows, status } from './ask.ts';
import { Since } from './happened.ts';

const nap = (name: string, more = '') => `[service.${name}]\nrun = ["sleep", "60"]\n${more}\n`;

async function up(archon: Archon, ...wanted: string[]): Promise<void> {
	const client = await archon.connect();
	for (const name of wanted) {
		expect((await client.call(['Wait', name, 'running', '10s'])).final).toEqual({ tag: 'ok' });
	}
}

test('a dry run says what a Reload would do, and does nothing', async () => {
	const archon = await Archon.configured(nap('a') + nap('b', 'env = { PORT = "1" }') + nap('c'));
	await up(archon, 'a', 'b', 'c');
	const before = [await pidOf(archon, 'b'), await pidOf(archon, 'c')];
	archon.configure(nap('b', 'env = { PORT = "2" }') + nap('c', 'restart = "always"') + nap('d'));
	const plan = [
		{ action: 'stop', name: 'a', detail: 'no longer in the file' },
		{ action: 'restart', name: 'b', detail: 'env.PORT changed' },
		{ action: 'change', name: 'c', detail: 'restart changed' },
		{ action: 'start', name: 'd', detail: 'new' },
	];
	expect(await rows(archon, 'Reload', 'dry-run')).toEqual(plan);
	expect(await names(archon)).toEqual(['a', 'b', 'c']);
	expect([await pidOf(archon, 'b'), await pidOf(archon, 'c')]).toEqual(before);

	expect(await rows(archon, 'Reload')).toEqual(plan);
	expect(await names(archon)).toEqual(['b', 'c', 'd']);
	expect(await pidOf(archon, 'b')).not.toBe(before[0]);
	expect(await pidOf(archon, 'c')).toBe(before[1]);
	expect((await rows(archon, 'Reload')).map((row) => row['action'])).toEqual(['keep', 'keep', 'keep']);
});

test('a broken file changes nothing, and the Error says where and what', async () => {
	const archon = await Archon.configured(nap('a'));
	await up(archon, 'a');
	const before = await pidOf(archon, 'a');
	archon.configure(nap('a', 'restrat = "always"') + nap('b'));
	expect(await ask(archon, 'Reload')).toBe(
		`Error,"${archon.directory}/archon.toml:3: service.a.restrat: unknown key, did you mean ""restart""?"`,
	);
	expect([await names(archon), await pidOf(archon, 'a')]).toEqual([['a'], before]);
});

test('what left the file is stopped in order, and what stays is not touched by that', async () => {
	const slow = (name: string, more: string) =>
		`[service.${name}]\nrun = ["sh", "-c", "trap 'sleep 0.2; exit 0' TERM; echo >&3; while :; do sleep 0.05; done"]\nready = "fd:3"\n${more}\n`;
	const archon = await Archon.configured(
		slow('a', 'requires = ["b"]') +
			slow('b', '') +
			slow('c', 'after = ["b"]') +
			slow('d', 'requires = ["b"]') +
			'[group.g]\nmembers = ["b", "c"]\n',
	);
	await up(archon, 'a', 'b', 'c', 'd');
	const before = await pidOf(archon, 'd');
	const since = new Since(archon);
	await since.next();
	archon.configure(slow('d', ''));
	expect((await rows(archon, 'Reload')).map((row) => `${row['action']} ${row['name']}`)).toEqual([
		'stop a',
		'stop b',
		'stop c',
		'change d',
		'change g',
	]);
	const stopped = await since.next('stopping', 'stopped');
	expect(stopped.slice(-2)).toEqual(['stopping b', 'stopped b']);
	expect(new Set(stopped)).toEqual(
		new Set(['a', 'b', 'c'].flatMap((it) => [`stopping ${it}`, `stopped ${it}`])),
	);
	expect([await names(archon), await pidOf(archon, 'd')]).toEqual([['d'], before]);
});

test('what waits for the next start of the daemon is not in force until then', async () => {
	const archon = await Archon.configured(nap('a'));
	await up(archon, 'a');
	archon.configure(`[daemon]\nfail_on_error = true\n${nap('a')}${nap('b').replace('sleep", "60', 'false')}`);
	const later = { action: 'later', name: 'daemon.fail_on_error', detail: 'false to true' };
	expect(await rows(archon, 'Reload')).toContainEqual(later);
	expect(await ask(archon, 'Wait', 'b', 'failed', '10s')).toBe('Ok');
	expect(await rows(archon, 'Config')).toContainEqual({
		key: 'daemon.fail_on_error',
		value: 'false',
		source: 'default',
	});
	expect(await rows(archon, 'Reload', 'dry-run')).toContainEqual(later);
});

test('what requires something that is restarted is restarted behind it, and the plan says so', async () => {
	const needing = 'requires = ["db"]';
	const archon = await Archon.configured(nap('db') + nap('app', needing) + nap('web', 'requires = ["app"]'));
	await up(archon, 'web');
	const since = new Since(archon);
	await since.next();
	archon.configure(nap('db', 'nice = 1') + nap('app', `${needing}\nrestart = "always"`) + nap('web'));
	const plan = [
		{ action: 'restart', name: 'app', detail: 'restart changed, requires db' },
		{ action: 'restart', name: 'db', detail: 'nice changed' },
		{ action: 'change', name: 'web', detail: 'requires changed' },
	];
	expect(await rows(archon, 'Reload', 'dry-run')).toEqual(plan);
	expect(await rows(archon, 'Reload')).toEqual(plan);
	await up(archon, 'app');
	expect(await since.next('stopping', 'starting')).toEqual([
		'stopping app',
		'stopping db',
		'starting db',
		'starting app',
	]);
});

test('what was stopped by request stays so, what was removed returns', async () => {
	const archon = await Archon.configured(nap('a') + nap('b'));
	await up(archon, 'a', 'b');
	await ask(archon, 'Stop', 'a');
	await ask(archon, 'Stop', 'b');
	await ask(archon, 'Remove', 'b');
	archon.configure(nap('a', 'env = { A = "1" }') + nap('b'));
	expect(await rows(archon, 'Reload')).toEqual([
		{ action: 'change', name: 'a', detail: 'env.A changed' },
		{ action: 'start', name: 'b', detail: 'was removed' },
	]);
	expect((await status(archon, 'a'))['state']).toBe('stopped');
	expect((await status(archon, 'b'))['state']).toBe('running');
});

test('what was stopped by request is not started for what is new or restarted, which waits for it', async () => {
	const archon = await Archon.configured(nap('a') + nap('b'));
	await up(archon, 'a', 'b');
	await ask(archon, 'Stop', 'a');
	const needing = 'requires = ["a", "m"]';
	archon.configure(
		nap('a') + nap('b', `nice = 1\n${needing}`) + nap('c', needing) + nap('m', 'manual = true'),
	);
	await ask(archon, 'Reload');
	expect((await status(archon, 'a'))['state']).toBe('stopped');
	await up(archon, 'm');
	for (const name of ['b', 'c']) {
		expect(await status(archon, name)).toMatchObject({
			state: 'waiting',
			reason: 'waits for a, which is stopped',
		});
	}
	expect(await ask(archon, 'Start', 'a')).toBe('Ok');
	await up(archon, 'b', 'c');
});

test('with another number of instances those that stay are not touched', async () => {
	const archon = await Archon.configured(nap('a', 'instances = 2'));
	await up(archon, 'a@1', 'a@2');
	const before = await pidOf(archon, 'a@1');
	archon.configure(nap('a', 'instances = 3'));
	expect((await rows(archon, 'Reload')).map((row) => [row['action'], row['name']])).toEqual([
		['keep', 'a@1'],
		['keep', 'a@2'],
		['start', 'a@3'],
	]);
	expect([await names(archon), await pidOf(archon, 'a@1')]).toEqual([['a@1', 'a@2', 'a@3'], before]);
});

test('what waits for a time that it has no longer starts', async () => {
	const archon = await Archon.configured(nap('a', 'every = "1h"') + nap('b', 'requires = ["a"]'));
	expect((await status(archon, 'a'))['state']).toBe('waiting');
	archon.configure(nap('a') + nap('b', 'requires = ["a"]'));
	expect((await rows(archon, 'Reload')).map((row) => row['action'])).toEqual(['change', 'keep']);
	await up(archon, 'a', 'b');
});

test('a name that another daemon by request has is not taken from it', async () => {
	const archon = await Archon.configured(nap('a'));
	await ask(archon, 'StartDaemon', 'sleep,60', 'ARCHON_NAME=b');
	archon.configure(nap('a') + nap('b', 'nice = 1'));
	expect(await ask(archon, 'Reload')).toMatch(/toml:5: the name ""b"" is taken: Stop,b and Remove,b first/);
	await ask(archon, 'StartDaemon', 'sleep,60', 'ARCHON_NAME=c@2');
	archon.configure(nap('a') + nap('c', 'instances = 2'));
	expect(await ask(archon, 'Reload')).toContain('the name ""c@2"" is taken: Stop,c@2 and Remove,c@2 first');
	expect(await names(archon)).toEqual(['a', 'b', 'c@2']);
});

test('a Reload replies when what it restarts has its new process, also where dependents go first', async () => {
	const slow =
		'[service.b]\nrun = ["sh", "-c", "trap \'sleep 0.2; exit\' TERM; echo up; while :; do sleep 0.1; done"]';
	const dependent = `${slow}\nready = "log:^up"\nrequires = ["a"]\n`;
	const archon = await Archon.configured(nap('a') + dependent);
	await up(archon, 'b');
	const before = await pidOf(archon, 'a');
	archon.configure(nap('a', 'env = { A = "1" }') + dependent);
	await rows(archon, 'Reload');
	expect(await status(archon, 'a')).toMatchObject({ state: 'running', reason: '' });
	expect(await pidOf(archon, 'a')).not.toBe(before);
});

test('a mistake in the file keeps archond from starting', async () => {
	await expect(Archon.configured('[service.a]\n')).rejects.toThrow(/archon.toml:1: service\.a.*run/);
});

test('a cycle with a dependency that was added at run time is refused, by a dry run as well', async () => {
	const archon = await Archon.configured(nap('a') + nap('b'));
	expect(await ask(archon, 'Depend', 'a', 'b')).toBe('Ok');
	archon.configure(nap('a') + nap('b', 'wants = ["a"]'));
	const refused = await ask(archon, 'Reload', 'dry-run');
	expect(refused).toMatch(/^Error,a cannot depend on b: .* is a cycle$/);
	expect(await ask(archon, 'Reload')).toBe(refused);
	expect(await ask(archon, 'Undepend', 'a', 'b')).toBe('Ok');
	expect(await rows(archon, 'Reload')).toContainEqual({
		action: 'change',
		name: 'b',
		detail: 'wants changed',
	});
});

test('what left the file is stopped and forgotten, though somebody starts it meanwhile', async () => {
	const slow = `[service.b]\nrun = ["sh", "-c", "trap 'sleep 0.3; exit' TERM; echo up; while :; do sleep 0.1; done"]`;
	const archon = await Archon.configured(`${nap('a')}${slow}\nready = "log:^up"\n`);
	await up(archon, 'a', 'b');
	archon.configure(nap('a'));
	const reload = rows(archon, 'Reload');
	await ask(archon, 'Wait', 'b', 'stopping');
	const start = ask(archon, 'Start', 'b');
	await reload;
	expect(await start).toMatch(/^Error,/);
	expect(await names(archon)).toEqual(['a']);
	const tree = await rows(archon, 'Tree');
	expect(tree.filter(({ command = '' }) => command.includes('echo up'))).toEqual([]);
});

test('what is new and was removed before its start is not started', async () => {
	const slow = `[service.b]\nrun = ["sh", "-c", "trap 'sleep 0.3; exit' TERM; echo up; while :; do sleep 0.1; done"]`;
	const archon = await Archon.configured(`${nap('a')}${slow}\nready = "log:^up"\n`);
	await up(archon, 'a', 'b');
	archon.configure(`${nap('a')}[service.c]\nrun = ["sleep", "61"]\n`);
	const reload = rows(archon, 'Reload');
	await ask(archon, 'Wait', 'b', 'stopping');
	expect(await ask(archon, 'Remove', 'c')).toBe('Ok');
	await reload;
	expect(await names(archon)).toEqual(['a']);
	const tree = await rows(archon, 'Tree');
	expect(tree.filter(({ command = '' }) => command === 'sleep 61')).toEqual([]);
});

test('HUP to archond is a Reload', async () => {
	const archon = await Archon.configured(nap('a'));
	await up(archon, 'a');
	archon.configure(nap('a') + nap('b'));
	const ear = await archon.connect();
	await ear.call(['Subscribe', 'types=config.reloaded']);
	archon.keeper.kill('SIGHUP');
	for await (const event of ear.follow()) {
		expect(event.slice(3)).toEqual(['config.reloaded', '-', 'start=1']);
		break;
	}
	expect(await names(archon)).toEqual(['a', 'b']);
});
