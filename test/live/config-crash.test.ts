import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { ask, pidOf, rows } from '../session/ask.ts';
import { Gate } from '../session/gate.ts';
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

test('a service that a crash finds starting goes on to be ready', async () => {
	const directory = temporary();
	const gate = new Gate({ directory });
	const slow = `run = ["sh", "-c", "${gate.wait}; echo up; exec sleep 60"]`;
	const archon = await Archon.configured(
		`[service.a]\n${slow}\nready = "log:^up"\n${nap('b', 'manual = true')}`,
		directory,
	);
	await ask(archon, 'Wait', 'a', 'starting');
	const pid = await pidOf(archon, 'a');
	await crash(archon);
	const found = await rows(archon, 'Status');
	expect(found.map(({ name, state }) => `${name} ${state}`)).toEqual(['a starting', 'b stopped']);
	const start = ask(archon, 'Start', 'a');
	gate.open();
	expect(await start).toBe('Ok');
	expect(await pidOf(archon, 'a')).toBe(pid);
});
