import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { ask, rows } from '../session/ask.ts';
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
