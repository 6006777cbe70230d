import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { ask, names, rows } from '../session/ask.ts';
import { Watch } from '../session/watch.ts';
import { daemonPid } from './crash.ts';
import { canMount, letGo, mount } from './stuck.ts';
import { stop, until } from './until.ts';

const nap = '[service.a]\nrun = ["sleep", "60"]\n';

/** One whose file includes something on a mount that never answers, which lets go at the end of `stuck`'s input. */
async function stuckArchon() {
	const directory = temporary();
	mkdirSync(`${directory}/mnt`);
	const archon = await Archon.configured(nap, directory);
	await ask(archon, 'Wait', 'a', 'running');
	const stuck = await mount(`${directory}/mnt`);
	archon.configure(`include = ["mnt/more.toml"]\n${nap}nice = 1\n`);
	const late =
		'mnt/more.toml: no answer within 10 s: mend what it is on or unmount it (umount -f), then reload again';
	return { archon, stuck, late };
}

test.skipIf(!canMount())(
	'a Reload of a file on a mount that never answers is an Error, and works again without it',
	{ timeout: 90_000 },
	async () => {
		const { archon, stuck, late } = await stuckArchon();
		const daemon = daemonPid(archon);
		// They are not held up by one another, nor is anything else by them.
		const asked = Array.from({ length: 5 }, () => ask(archon, 'Reload'));
		expect(await ask(archon, 'Reload', 'nosuch')).toMatch(/^Error/);
		for (const reply of await Promise.all(asked)) {
			expect(reply).toContain(late);
		}
		process.kill(archon.keeper.pid ?? 0, 'SIGHUP');
		await until(() =>
			/the configuration stays as it was: .*mnt\/more.toml: no answer within 10 s/.test(archon.said),
		);
		expect(await ask(archon, 'Logs', 'a')).toMatch(/Ok$/);
		archon.configure(`${nap}nice = 2\n`);
		expect(await ask(archon, 'Reload')).toBe('Ok');
		await letGo(stuck);
		expect(await ask(archon, 'Reload')).toBe('Ok');
		const inForce = await rows(archon, 'Config');
		expect(inForce.find(({ key }) => key === 'service.a.nice')?.['value']).toBe('2');
		expect(daemonPid(archon)).toBe(daemon);
	},
);

test.skipIf(!canMount())('so it is of the rules folder', { timeout: 60_000 }, async () => {
	const archon = await Archon.configured(nap, temporary(), { 'a.lua': '' });
	expect(await ask(archon, 'Reload')).toBe('Ok');
	const stuck = await mount(`${archon.directory}/rules`);
	expect(await ask(archon, 'Reload')).toContain(`${archon.directory}/rules: no answer within 10 s`);
	await letGo(stuck);
	expect(await ask(archon, 'Reload')).toBe('Ok');
});

test.skipIf(!canMount())(
	'so it is where that folder hangs while a service is stopped: the services are as they are now, the rules once it answers',
	{ timeout: 90_000 },
	async () => {
		const stubborn = `[service.b]\nrun = ["sh", "-c", "trap '' TERM; echo up; while :; do sleep 60; done"]\nstop.timeout = "5s"\n`;
		const archon = await Archon.configured(`${nap}${stubborn}ready = "log:up"\n`, temporary(), {
			'a.lua': '',
		});
		await ask(archon, 'Wait', 'b', 'ready');
		archon.configure(`${nap}nice = 1\n`);
		const watch = await Watch.begin(archon);
		const reload = ask(archon, 'Reload');
		await watch.event('process.stopping', 'b');
		const stuck = await mount(`${archon.directory}/rules`);
		const late = `${archon.directory}/rules: no answer within 10 s`;
		expect(await reload).toContain(`the services are reloaded, the rules not yet: ${late}`);
		expect(await names(archon)).toEqual(['a']);
		expect(await ask(archon, 'Reload')).toMatch(new RegExp(`^Error,"?${late}`));
		await letGo(stuck);
		await watch.event('config.reloaded');
		expect(await ask(archon, 'Reload')).toBe('Ok');
	},
);

test.skipIf(!canMount()).each(['Upgrade', 'Shutdown'])(
	'a Reload that hangs does not hold up %s',
	{ timeout: 60_000 },
	async (request) => {
		const { archon, stuck } = await stuckArchon();
		// What it has not taken can be killed, as what waits for a file server that is gone.
		await stop(stuck.pid ?? 0);
		const daemon = daemonPid(archon);
		const lost = ask(archon, 'Reload').catch(() => undefined);
		await hangs(daemon);
		expect(await ask(archon, request)).toBe('Ok');
		expect(archon.said).not.toContain('the daemon has done nothing');
		await letGo(stuck);
		await lost;
	},
);

/** Resolves when a thread of a process waits for a mount that never answers. */
function hangs(pid: number): Promise<void> {
	return until(() =>
		readdirSync(`/proc/${pid}/task`).some((thread) =>
			/request_wait_answer|fuse/.test(readFileSync(`/proc/${pid}/task/${thread}/wchan`, 'latin1')),
		),
	);
}
