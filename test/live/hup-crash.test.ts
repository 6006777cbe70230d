import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
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
		// It was for that one alone.
		archon.configure(nice(3));
		await crash(archon);
		expect(await inForce(archon)).toBe('2');
	},
);

test.each([
	['has read the files', /^renameSync of .*config/],
	['has done it and not noted that', /^the ledger's word 102 /],
])('nor is it lost with one that %s', async (_, at) => {
	const directory = temporary();
	const program = new Striking(directory);
	writeFileSync(`${directory}/archon.toml`, nice(1));
	const archon = await Archon.start(directory, { ARCHON_DAEMON: program.path }, [
		'--config',
		`${directory}/archon.toml`,
	]);
	archon.configure(nice(2));
	program.orderStep(/^/, { when: 'before', at, nth: 1 });
	hup(archon);
	await program.struck();
	await comesIntoForce(archon, '2');
});
