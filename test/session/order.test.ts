import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { ask, pidOf, rows, status } from './ask.ts';
import { Since } from './happened.ts';
import { Watch } from './watch.ts';

const service = (name: string, more = '') => `[service.${name}]\nrun = ["sleep", "60"]\n${more}\n`;

async function up(archon: Archon, ...names: string[]): Promise<void> {
	for (const name of names) {
		expect([name, await ask(archon, 'Wait', name, 'running', '10s')]).toEqual([name, 'Ok']);
	}
}

const shop =
	service('web', 'requires = ["app"]\nwants = ["cache"]') +
	service('app', 'requires = ["db"]') +
	service('cache', 'after = ["db"]') +
	service('db');

test('services start when what they need is ready, and stop in reverse', async () => {
	const archon = await Archon.configured(shop);
	const since = new Since(archon);
	await up(archon, 'web');
	const started = await since.next('starting', 'ready');
	const leads = (a: string, b: string) =>
		expect([a, b, started.indexOf(a) < started.indexOf(b)]).toEqual([a, b, true]);
	leads('ready db', 'starting app');
	leads('ready db', 'starting cache');
	leads('ready app', 'starting web');
	leads('ready cache', 'starting web');
	expect(await ask(archon, 'Stop', '*')).toBe('Ok');
	const stopped = await since.next('stopping', 'stopped');
	const behind = (a: string, b: string) =>
		expect([a, b, stopped.indexOf(a) < stopped.indexOf(b)]).toEqual([a, b, true]);
	behind('stopped web', 'stopping app');
	behind('stopped web', 'stopping cache');
	behind('stopped app', 'stopping db');
	behind('stopped cache', 'stopping db');
});

test('what requires one that is killed goes, and comes back when that is back', async () => {
	const archon = await Archon.configured(shop);
	await up(archon, 'web');
	const cache = await pidOf(archon, 'cache');
	const since = new Since(archon);
	await since.next();
	const watch = await Watch.begin(archon, 'names=web');
	expect(await ask(archon, 'Signal', 'db', 'KILL')).toBe('Ok');
	await watch.event('process.ready');
	expect(await since.next('exited', 'backoff', 'stopping', 'starting', 'ready')).toEqual([
		'exited db',
		'backoff db',
		'stopping web',
		'exited web',
		'stopping app',
		'exited app',
		'starting db',
		'ready db',
		'starting app',
		'ready app',
		'starting web',
		'ready web',
	]);
	expect(await pidOf(archon, 'cache')).toBe(cache);
});

test('one that waits says for whom, and comes with it', async () => {
	const archon = await Archon.configured(shop);
	await up(archon, 'web');
	expect(await ask(archon, 'Stop', 'db')).toBe('Ok');
	expect(await status(archon, 'app')).toMatchObject({
		state: 'waiting',
		reason: 'waits for db, which is stopped',
	});
	expect(await status(archon, 'web')).toMatchObject({
		state: 'waiting',
		reason: 'waits for app, which is waiting',
	});
	expect((await rows(archon, 'Why', 'app'))[0]?.['sentence']).toBe(
		'app is waiting for db, which was stopped by request.',
	);
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	expect(await ask(archon, 'Start', 'db')).toBe('Ok');
	await up(archon, 'app');
	expect(await status(archon, 'web')).toMatchObject({ state: 'stopped' });
});

test('a Start brings what is required and wanted, a manual one as well, or names the culprit', async () => {
	const archon = await Archon.configured(
		service('web', 'requires = ["db"]\nwants = ["cache"]\nmanual = true') +
			service('db', 'manual = true') +
			service('cache', 'manual = true') +
			service('bad', 'requires = ["broken"]\nmanual = true') +
			'[service.broken]\nrun = ["nosuch"]\nmanual = true\nrestart = "never"\n',
	);
	expect(await ask(archon, 'Start', 'web')).toBe('Ok');
	expect((await rows(archon, 'Status')).map((row) => `${row['name']} ${row['state']}`)).toEqual([
		'bad stopped',
		'broken stopped',
		'cache running',
		'db running',
		'web running',
	]);
	expect(await ask(archon, 'Start', 'bad')).toBe(
		'Error,"""bad"" waits for broken, which is failed: exec: no such file or directory"',
	);
});

test('while it waits for what requires it to be gone it is running and says so', async () => {
	const archon = await Archon.configured(
		`${service('db')}[service.web]\nrun = ["sh", "-c", "trap '' TERM; echo >&3; while :; do sleep 1; done"]\nrequires = ["db"]\nready = "fd:3"\nstop = { timeout = "1h" }\n`,
	);
	await up(archon, 'web');
	const watch = await Watch.begin(archon, 'names=web');
	const stop = ask(archon, 'Stop', 'db');
	await watch.event('process.stopping');
	expect(await status(archon, 'db')).toMatchObject({ state: 'running', reason: 'stops when web is stopped' });
	const start = ask(archon, 'Start', 'web');
	expect(await stop).toBe('Error,"""db"" is running: a later request overtook this Stop"');
	expect(await status(archon, 'db')).toMatchObject({ state: 'running', reason: '' });
	expect(await ask(archon, 'Stop', 'web', '0s')).toBe('Ok');
	expect(await start).toMatch(/a later request overtook this one"$/);
});

test('a Restart takes what requires it with it', async () => {
	const archon = await Archon.configured(shop);
	await up(archon, 'web');
	const since = new Since(archon);
	await since.next();
	expect(await ask(archon, 'Restart', 'app')).toBe('Ok');
	await up(archon, 'web');
	expect(await since.next('stopping', 'starting')).toEqual([
		'stopping web',
		'stopping app',
		'starting app',
		'starting web',
	]);
});

test('a oneshot that ended with 0 is ready for what requires it', async () => {
	const archon = await Archon.configured(
		`${service('web', 'requires = ["migrate"]')}[service.migrate]\nrun = ["true"]\noneshot = true\n`,
	);
	const since = new Since(archon);
	await up(archon, 'web');
	expect(await since.next('starting', 'exited', 'ready')).toEqual([
		'starting migrate',
		'exited migrate',
		'starting web',
		'ready web',
	]);
	expect(await ask(archon, 'Start', '*')).toBe('Ok');
	expect(await since.next()).toEqual([]);
	expect(await rows(archon, 'Impact', 'Start', 'migrate')).toEqual([
		{ action: 'start', name: 'migrate', why: 'asked' },
	]);
	expect(await ask(archon, 'Start', 'migrate')).toBe('Ok');
	expect(await since.next('starting', 'stopping')).toEqual(['starting migrate']);
});

test('a Shutdown stops everything in order', async () => {
	const archon = await Archon.configured(shop);
	await up(archon, 'web');
	const since = new Since(archon);
	await since.next();
	expect(await archon.end()).toBe(0);
	const again = await Archon.start(archon.directory);
	const told = await new Since(again).next('stopping', 'stopped');
	expect(told.indexOf('stopped web')).toBeLessThan(told.indexOf('stopping app'));
	expect(told.indexOf('stopped app')).toBeLessThan(told.indexOf('stopping db'));
});

test('with fail_on_error a service that fails ends the daemon with its error', async () => {
	const archon = await Archon.configured(
		`[daemon]\nfail_on_error = true\n${service('web')}${service('bad', 'restart = "never"\nmanual = true')}`,
	);
	await up(archon, 'web');
	expect(await ask(archon, 'Start', 'bad')).toBe('Ok');
	const ended = new Promise((resolve) => archon.keeper.once('exit', resolve));
	await ask(archon, 'Signal', 'bad', 'KILL');
	expect(await ended).toBe(1);
	expect(archon.said).toContain('"bad" failed: ended with signal:KILL (fail_on_error)');
});
