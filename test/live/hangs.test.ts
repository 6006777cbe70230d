import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { ask, pidOf } from '../session/ask.ts';
import { daemonPid, daemonPids } from './crash.ts';
import { Pending } from './pending.ts';
import { canMount, mount } from './stuck.ts';
import { stop, until } from './until.ts';

const nap = '[service.a]\nrun = ["sleep", "60"]\n';
const hangs = 'the daemon has done nothing for 5 s';

test('a stopped daemon is replaced, whoever waits: also on a connection that it had taken', {
	timeout: 30_000,
}, async () => {
	const archon = await Archon.configured(nap);
	await ask(archon, 'Wait', 'a', 'running');
	const pid = await pidOf(archon, 'a');
	const connection = await archon.connect();
	await connection.call(['Ping']);
	const before = daemonPid(archon);
	await stop(before);
	const lost = connection.call(['Ping']).catch(() => undefined);
	await until(() => archon.said.includes(hangs));
	await lost;
	expect(await ask(archon, 'Ping')).toBe('Ok');
	expect(await pidOf(archon, 'a')).toBe(pid);
	expect(daemonPid(archon)).not.toBe(before);
});

test('its clients get their replies from the next one, once each', { timeout: 40_000 }, async () => {
	const directory = temporary();
	const [before, meanwhile] = [new Pending(directory, 'before'), new Pending(directory, 'meanwhile')];
	const archon = await Archon.configured(before.toml + meanwhile.toml, directory);
	await before.connect(archon);
	await meanwhile.connect(archon);
	await before.say();
	await before.underWay();
	await stop(daemonPid(archon));
	await meanwhile.say();
	before.go();
	meanwhile.go();
	await until(() => archon.said.includes(hangs));
	for (const pending of [before, meanwhile]) {
		await pending.replied();
		await pending.done(archon);
	}
});

test('an end that nobody takes notice of is waited for as well', { timeout: 30_000 }, async () => {
	const archon = await Archon.configured(nap);
	await ask(archon, 'Wait', 'a', 'running');
	const pid = await pidOf(archon, 'a');
	await stop(daemonPid(archon));
	process.kill(pid, 'SIGKILL');
	await until(() => archon.said.includes(hangs));
	expect(await ask(archon, 'Wait', 'a', 'running')).toBe('Ok');
	expect(await pidOf(archon, 'a')).not.toBe(pid);
});

test.skipIf(!canMount())(
	'one that is stuck on a mount that never answers, and cannot be reaped, has another beside it',
	{ timeout: 150_000 },
	async () => {
		const archon = await Archon.configured(nap);
		await ask(archon, 'Wait', 'a', 'running');
		const pid = await pidOf(archon, 'a');
		const before = daemonPid(archon);
		const stuck = await mount(`${archon.directory}/fifo`);
		const lost = ask(archon, 'StartDaemon', 'sleep 60').catch(() => undefined);
		await until(() => readFileSync(`/proc/${before}/wchan`, 'latin1').includes('request_wait_answer'));
		const waits = ask(archon, 'Ping'); // the first one's request is taken, and waits no more
		await until(() => archon.said.includes(hangs));
		await until(() => archon.said.includes('the daemon cannot be reaped: it is left alone'));
		await until(() => daemonPids(archon).length === 2);
		expect(daemonPids(archon)[0]).toBe(before);
		stuck.stdin?.end();
		await lost;
		expect(await waits).toBe('Ok');
		expect(await ask(archon, 'Ping')).toBe('Ok');
		expect(await pidOf(archon, 'a')).toBe(pid);
	},
);
