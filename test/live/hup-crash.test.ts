import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { rows } from '../session/ask.ts';
import { crash, daemonPid } from './crash.ts';
import { minderOf } from './minder.ts';
import { Striking } from './striking.ts';
import { stop, until } from './until.ts';

const nice = (value: number) => `[service.a]\nrun = ["sleep", "60"]\nnice = ${value}\n`;

/** How nice the service is by the configuration in force. */
async function inForce(archon: Archon): Promise<string | undefined> {
	return (await rows(archon, 'Config')).find(({ key }) => key === 'service.a.nice')?.['value'];
}

/** Resolves when that is so, and no reload that was begun goes on. */
async function comesIntoForce(archon: Archon, value: string): Promise<void> {
	await until(async () => (await inForce(archon)) === value);
	await rows(archon, 'Reload', 'dry-run');
}

/** What was told of daemons and of configurations, in order. */
async function told(archon: Archon): Promise<string[]> {
	const found = await rows(archon, 'Events', 'types=daemon.*;config.*');
	return found.map(({ type = '' }) => type);
}

/** Resolves when the process was sent HUP and has not seen it (proc_pid_status(5)). */
function isToldOfHup(pid: number): Promise<void> {
	return until(() => /^ShdPnd:\t[0-9a-f]*[13579bdf]$/m.test(readFileSync(`/proc/${pid}/status`, 'latin1')));
}

function hup(archon: Archon): void {
	process.kill(archon.keeper.pid ?? 0, 'SIGHUP');
}

test.each([false, true])(
	'HUP is for the next daemon when the one that was told of it dies first, and its minder: %s',
	async (alsoMinder) => {
		const archon = await Archon.configured(nice(1));
		const [daemon, minder] = [daemonPid(archon), await minderOf(archon.keeper.pid)];
		archon.configure(nice(2));
		await stop(daemon);
		hup(archon);
		await isToldOfHup(daemon);
		for (const pid of alsoMinder ? [minder, daemon] : [daemon]) {
			process.kill(pid, 'SIGKILL');
		}
		await comesIntoForce(archon, '2');
		// It was for that one alone: the next one is told of none but the next.
		archon.configure(nice(3));
		await crash(archon);
		await rows(archon, 'Reload', 'dry-run');
		archon.configure(nice(4));
		hup(archon);
		await comesIntoForce(archon, '4');
		expect((await told(archon)).filter((it) => it === 'config.reloaded')).toHaveLength(2);
	},
);

test.each([
	['has read the files', /^renameSync of .*config/],
	['has done it and not noted that', /^the ledger's word 102 /],
])('nor is it lost with one that %s', async (_, at) => {
	const [archon, program] = await Striking.configured(nice(1));
	archon.configure(nice(2));
	program.orderStep(/^/, { when: 'before', at, nth: 1 });
	hup(archon);
	await program.struck();
	const since = async () => (await told(archon)).join(' ').split('daemon.recovered')[1];
	await until(async () => (await since())?.includes('config.reloaded') === true);
	expect(await inForce(archon)).toBe('2');
});
