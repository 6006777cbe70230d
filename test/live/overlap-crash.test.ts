import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { ask, names, pidOf, status } from '../session/ask.ts';
import { crash, daemonPid } from './crash.ts';
import { until } from './until.ts';

/**
 * A service whose new process is ready when the file `go` is there, ends before that when `fail` is, and which does not end
 * as long as `hold` is there; `begun` says how many were started.
 */
const script = `trap 'while test -e hold; do sleep 0.01; done; exit 0' TERM
echo begun >> begun
while ! test -e go; do test -e fail && exit 3; sleep 0.01; done
echo >&3
while :; do sleep 0.02; done`;

async function overlapping(): Promise<{ archon: Archon; set: (name: string, isThere?: boolean) => void }> {
	const directory = temporary();
	writeFileSync(`${directory}/go`, '');
	const archon = await Archon.configured(
		`[service.web]
		run = ["sh", "-c", ${JSON.stringify(script)}]
		directory = "."
		ready = "fd:3"
		start_timeout = "20s"
		stop = { timeout = "20s" }
		restart_mode = "overlap"`,
		directory,
	);
	expect(await ask(archon, 'Wait', 'web', 'running')).toBe('Ok');
	const set = (name: string, isThere = true) =>
		isThere ? writeFileSync(`${directory}/${name}`, '') : rmSync(`${directory}/${name}`, { force: true });
	return { archon, set };
}

/** The processes of the keeper's that are neither daemon nor archon-log. */
function servers({ keeper: { pid } }: Archon): number[] {
	const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').map(Number);
	return children.filter((child) => {
		try {
			return readFileSync(`/proc/${child}/cmdline`, 'latin1').startsWith('sh\0');
		} catch {
			return false;
		}
	});
}

function begun({ directory }: Archon): number {
	return readFileSync(`${directory}/begun`, 'latin1').split('\n').length - 1;
}

test('killed while the new one is not ready: the next daemon goes on with both', {
	timeout: 20_000,
}, async () => {
	const { archon, set } = await overlapping();
	const old = await pidOf(archon, 'web');
	set('go', false);
	const asked = ask(archon, 'Restart', 'web');
	await until(() => begun(archon) === 2);
	await crash(archon);
	expect(await names(archon)).toEqual(['web', 'web@overlap']);
	expect(servers(archon)).toHaveLength(2);
	expect(await pidOf(archon, 'web')).toBe(old);
	const beside = await pidOf(archon, 'web@overlap');
	set('go');
	expect(await asked).toBe('Ok');
	expect(servers(archon)).toEqual([beside]);
	expect(await status(archon, 'web')).toMatchObject({ state: 'running', pid: `${beside}`, restarts: '0' });
	expect(await names(archon)).toEqual(['web']);
});

test('killed before it hears that the new one is ready', { timeout: 20_000 }, async () => {
	const { archon, set } = await overlapping();
	set('go', false);
	const asked = ask(archon, 'Restart', 'web');
	await until(() => begun(archon) === 2);
	const beside = await pidOf(archon, 'web@overlap');
	await crash(archon, async () => {
		set('go');
		await setTimeout(100);
	});
	expect(await asked).toBe('Ok');
	expect(servers(archon)).toEqual([beside]);
	expect(await pidOf(archon, 'web')).toBe(beside);
});

test('killed while the old one is ending', { timeout: 20_000 }, async () => {
	const { archon, set } = await overlapping();
	const old = await pidOf(archon, 'web');
	set('hold');
	const asked = ask(archon, 'Restart', 'web');
	await until(async () => (await pidOf(archon, 'web')) !== old);
	await crash(archon);
	expect(await status(archon, 'web@overlap')).toMatchObject({ state: 'stopping', pid: `${old}` });
	const now = await pidOf(archon, 'web');
	set('hold', false);
	expect(await asked).toBe('Ok');
	expect(servers(archon)).toEqual([now]);
	expect(await names(archon)).toEqual(['web']);
	// What is called as the process before was called is not in the way of the next.
	expect(await ask(archon, 'Restart', 'web')).toBe('Ok');
	expect(servers(archon)).toHaveLength(1);
	expect(servers(archon)).not.toEqual([now]);
});

test('killed before it hears that the new one has ended', { timeout: 20_000 }, async () => {
	const { archon, set } = await overlapping();
	const old = await pidOf(archon, 'web');
	set('go', false);
	const asked = ask(archon, 'Restart', 'web');
	await until(() => begun(archon) === 2);
	await crash(archon, async () => {
		set('fail');
		await until(() => servers(archon).length === 1);
	});
	expect(await asked).toMatch(
		/^Error,"""web"" was not restarted: its new process failed: ended with exit:3; /,
	);
	expect(servers(archon)).toEqual([old]);
	expect(await status(archon, 'web')).toMatchObject({ state: 'running', pid: `${old}` });
});

test('killed after the old one has died by itself', { timeout: 20_000 }, async () => {
	const { archon, set } = await overlapping();
	const old = await pidOf(archon, 'web');
	set('go', false);
	const asked = ask(archon, 'Restart', 'web');
	await until(() => begun(archon) === 2);
	const beside = await pidOf(archon, 'web@overlap');
	await crash(archon, async () => process.kill(old, 'SIGKILL'));
	await until(async () => (await pidOf(archon, 'web')) === beside);
	expect(await status(archon, 'web')).toMatchObject({ state: 'starting', last: 'signal:KILL' });
	set('go');
	expect(await asked).toBe('Ok');
	expect(servers(archon)).toEqual([beside]);
	expect(begun(archon)).toBe(2);
});

test('killed at any moment of it, exactly one is left', { timeout: 60_000 }, async () => {
	const { archon } = await overlapping();
	for (let n = 0; n < 16; n++) {
		const before = servers(archon);
		const asked = ask(archon, 'Restart', 'web');
		await setTimeout(n * 3);
		await crash(archon);
		expect(await asked).toBe('Ok');
		const now = servers(archon);
		expect(now).toHaveLength(1);
		expect(now).not.toEqual(before);
		expect(await status(archon, 'web')).toMatchObject({ state: 'running', pid: `${now[0]}` });
		expect(await names(archon)).toEqual(['web']);
	}
});

test('an upgrade goes on with both', { timeout: 20_000 }, async () => {
	const { archon, set } = await overlapping();
	set('go', false);
	const asked = ask(archon, 'Restart', 'web');
	await until(() => begun(archon) === 2);
	const before = daemonPid(archon);
	expect(await ask(archon, 'Upgrade')).toBe('Ok');
	expect(daemonPid(archon)).not.toBe(before);
	const beside = await pidOf(archon, 'web@overlap');
	set('go');
	expect(await asked).toBe('Ok');
	expect(servers(archon)).toEqual([beside]);
	expect(await pidOf(archon, 'web')).toBe(beside);
});
