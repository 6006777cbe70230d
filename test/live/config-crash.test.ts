import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { ask, pidOf, rows } from '../session/ask.ts';
import { crash } from './crash.ts';

const nap = (name: string, more = '') => `[service.${name}]\nrun = ["sleep", "60"]\n${more}\n`;

/** What `Config` says of the programs and how nice they are. */
async function inForce(archon: Archon): Promise<string[]> {
	const told = (await rows(archon, 'Config')).filter(({ key = '' }) => /^service\..*\.nice$/.test(key));
	return told.map(({ key, value }) => `${key} = ${value}`);
}

test('a daemon that crashes leaves the configuration in force, whatever the file says by then', async () => {
	const archon = await Archon.configured(nap('a', 'nice = 1'));
	archon.configure(nap('a', 'nice = 2') + nap('b'));
	await rows(archon, 'Reload', 'dry-run');
	await crash(archon);
	expect(await inForce(archon)).toEqual(['service.a.nice = 1']);

	archon.configure('broken');
	await crash(archon);
	expect(await inForce(archon)).toEqual(['service.a.nice = 1']);
	expect(await ask(archon, 'Reload')).toMatch(/^Error,.*archon\.toml:1/);
});

test('what a Reload brought is in force after a crash too', async () => {
	const archon = await Archon.configured(nap('a', 'nice = 1'));
	archon.configure(nap('a', 'nice = 2') + nap('b'));
	await rows(archon, 'Reload');
	archon.configure(nap('a'));
	await crash(archon);
	expect(await inForce(archon)).toEqual(['service.a.nice = 2', 'service.b.nice = -']);
});

test('a service that a crash ends is in Status with the others, and a Start meanwhile brings the next one', async () => {
	const slow = 'run = ["sh", "-c", "trap \'\' TERM; echo up; while :; do sleep 60 & wait; done"]';
	const archon = await Archon.configured(
		`[service.a]\n${slow}\nready = "log:^up"\nstop = { timeout = "300ms" }\n${nap('b', 'manual = true')}`,
	);
	const [before] = await rows(archon, 'Status', 'a');
	await crash(archon);
	const ending = await rows(archon, 'Status');
	expect(ending.map(({ name, state }) => `${name} ${state}`)).toEqual(['a stopping', 'b stopped']);
	expect(await ask(archon, 'Start', 'a')).toBe('Ok');
	const [after] = await rows(archon, 'Status', 'a');
	expect([after?.['state'], after?.['pid'] === before?.['pid']]).toEqual(['running', false]);
});

test('a daemon that a crash ends cannot be started again, which says why', async () => {
	const archon = await Archon.start();
	await ask(archon, 'StartDaemon', 'sh,-c,"trap : TERM; while :; do sleep 60 & wait; done"', 'ARCHON_NAME=a');
	const pid = await pidOf(archon, 'a');
	await crash(archon);
	const start = ask(archon, 'Start', 'a');
	await ask(archon, 'Wait', 'a', 'stopping');
	process.kill(pid, 'SIGKILL');
	expect(await start).toBe('Error,"""a"" is failed: start: what to start is not known any more"');
	expect(await rows(archon, 'Status')).toEqual([]);
});
