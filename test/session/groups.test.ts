import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { ask, pidOf, rows, status } from './ask.ts';
import { Since } from './happened.ts';
import { Watch } from './watch.ts';

const service = (name: string, more = '') =>
	`[service.${name}]\nrun = ["sleep", "60"]\nbackoff = { from = "10ms", jitter = 0 }\n${more}\n`;

const group = (name: string, strategy: string, members: string, more = '') =>
	`[group.${name}]\nstrategy = "${strategy}"\nmembers = ${members}\n${more}\n`;

async function up(archon: Archon, name: string): Promise<void> {
	expect([name, await ask(archon, 'Wait', name, 'running', '10s')]).toEqual([name, 'Ok']);
}

const abc = service('a') + service('b') + service('c');

test('a member that is killed is restarted with all, or with those behind it, or alone', async () => {
	for (const [strategy, expected] of [
		['one_for_one', ['exited b', 'starting b']],
		['one_for_all', ['exited b', 'stopping c', 'stopping a', 'starting a', 'starting b', 'starting c']],
		['rest_for_one', ['exited b', 'stopping c', 'starting b', 'starting c']],
	] as const) {
		const archon = await Archon.configured(abc + group('shop', strategy, '["a", "b", "c"]'));
		await up(archon, 'shop');
		const since = new Since(archon);
		await since.next();
		const watch = await Watch.begin(archon, 'names=shop');
		await ask(archon, 'Signal', 'b', 'KILL');
		await watch.event('group.ready');
		const told = await since.next('exited', 'stopping', 'starting');
		const isCrash = (it: string) => !it.startsWith('exited') || it === 'exited b';
		expect([strategy, told.filter(isCrash)]).toEqual([strategy, expected]);
	}
});

test('a group is a name for its members, and instances one for theirs', async () => {
	const archon = await Archon.configured(
		service('web', 'instances = 2') + service('db') + group('shop', 'one_for_one', '["db", "web"]'),
	);
	await up(archon, 'shop');
	const shown = async (name: string) => (await rows(archon, 'Status', name)).map((row) => row['name']);
	expect([await shown('web'), await shown('shop')]).toEqual([
		['web@1', 'web@2'],
		['db', 'web@1', 'web@2'],
	]);
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	expect((await rows(archon, 'Status')).map((row) => row['state'])).toEqual([
		'running',
		'stopped',
		'stopped',
	]);
	expect(await ask(archon, 'StartDaemon', 'sleep,60', 'ARCHON_NAME=shop')).toMatch(/is taken/);
	expect(await ask(archon, 'StartDaemon', 'sleep,60', 'ARCHON_NAME=web')).toMatch(/is taken/);
});

test('beyond its intensity a group fails and stays so until a Start', async () => {
	const archon = await Archon.configured(
		service('a') +
			service('b') +
			group('shop', 'one_for_one', '["a", "b"]', 'intensity = { restarts = 1, within = "60s" }'),
	);
	await up(archon, 'shop');
	const watch = await Watch.begin(archon, 'names=shop;b');
	for (let n = 0; n < 2; n++) {
		await ask(archon, 'Signal', 'b', 'KILL');
		await watch.event(n === 0 ? 'process.ready' : 'group.failed');
	}
	expect(await status(archon, 'a')).toMatchObject({
		state: 'stopped',
		reason: 'group shop gave up: 2 restarts within 1m',
	});
	expect(await ask(archon, 'Wait', 'shop', 'failed')).toBe('Ok');
	expect(await ask(archon, 'Wait', 'shop', 'running')).toBe(
		'Error,"group shop gave up: 2 restarts within 1m; Start,shop starts it again"',
	);
	expect(await ask(archon, 'Start', 'shop')).toBe('Ok');
	await up(archon, 'shop');
});

test('a group that fails within another is restarted by that', async () => {
	const archon = await Archon.configured(
		abc +
			group('inner', 'one_for_one', '["b", "c"]', 'intensity = { restarts = 0, within = "60s" }') +
			group('outer', 'one_for_one', '["a", "inner"]'),
	);
	await up(archon, 'outer');
	const a = await pidOf(archon, 'a');
	const since = new Since(archon);
	await since.next();
	const watch = await Watch.begin(archon, 'names=outer;inner');
	await ask(archon, 'Signal', 'b', 'KILL');
	await watch.event('group.failed', 'inner');
	await watch.event('group.ready', 'inner');
	expect(await since.next('stopping', 'starting')).toEqual(['stopping c', 'starting b', 'starting c']);
	expect(await pidOf(archon, 'a')).toBe(a);
});
