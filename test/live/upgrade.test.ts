import { readlinkSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formatArgs } from '../../src/protocol/args.ts';
import { ask, pidOf, rows, status } from '../session/ask.ts';
import { loggerOf } from '../session/daemon.ts';
import { daemonPid } from './crash.ts';
import { Installed } from './installed.ts';
import { Pending } from './pending.ts';
import { isAlive, Told } from './told.ts';
import { until } from './until.ts';

test('Upgrade exchanges the daemon and archond under what runs, and the new one replies', async () => {
	const installed = new Installed();
	const archon = await installed.start();
	const told = new Told(archon.directory);
	const script = `trap 'exit 7' INT; echo up > ${told.path}; while :; do sleep 0.01; done`;
	const ending = ask(archon, 'Run', formatArgs(['sh', '-c', script]), 'ARCHON_NAME=job');
	await told.next();
	const before = daemonPid(archon);
	const service = await pidOf(archon, 'a');
	const logger = await loggerOf(archon);
	installed.daemon('console.error("another program");');
	installed.copy('native/build/Release/archond');
	installed.copy('native/build/Release/archon-keeper');
	expect(readlinkSync(`/proc/${archon.keeper.pid}/exe`)).toMatch(/ \(deleted\)$/);

	expect((await archon.ctl(['upgrade'])).code).toBe(0);
	expect(archon.said).toContain('another program');
	expect(daemonPid(archon)).not.toBe(before);
	expect(readlinkSync(`/proc/${archon.keeper.pid}/exe`)).toBe(installed.path('archon-keeper'));
	expect(await pidOf(archon, 'a')).toBe(service);
	expect(await status(archon, 'job')).toMatchObject({ state: 'running' });
	// The one before takes what is in the logs yet.
	await until(async () => (await loggerOf(archon)) !== logger);
	expect(await ask(archon, 'Signal', 'job', 'INT')).toBe('Ok');
	expect(await ending).toBe('ExitStatus,7');

	process.kill(service, 'SIGKILL');
	expect(await ask(archon, 'Wait', 'a', 'running', '10s')).toBe('Ok');
	expect(await ask(archon, 'Restart', 'a')).toBe('Ok');
	expect(await archon.say('Upgrade\n')).toBe('Ok\n');
	expect(await rows(archon, 'Status', 'a')).toHaveLength(1);
	expect(await archon.end()).toBe(0);
	expect(archon.said).not.toContain('archon-log');
});

test('requests in flight go on over an Upgrade, and what is behind them', async () => {
	const installed = new Installed();
	const pending = new Pending(installed.directory, 'pending');
	const archon = await installed.start(pending.toml);
	await pending.connect(archon);
	await pending.say();
	await pending.underWay();
	const before = daemonPid(archon);
	installed.copy('native/build/Release/archon-keeper');
	expect((await archon.ctl(['upgrade'])).code).toBe(0);
	expect(daemonPid(archon)).not.toBe(before);
	expect(readlinkSync(`/proc/${archon.keeper.pid}/exe`)).toBe(installed.path('archon-keeper'));
	pending.go();
	await pending.replied();
	await pending.done(archon);
});

test('what does not start is not taken: the old one goes on', async () => {
	const installed = new Installed();
	const archon = await installed.start();
	const before = daemonPid(archon);
	installed.daemon('throw new Error("broken on the way");');
	expect(await ask(archon, 'Upgrade')).toMatch(
		/^Error,.*nothing was exchanged: .*node ended with code 1: Error: broken on the way/,
	);
	installed.daemon('process.kill(process.pid, "SIGKILL");');
	expect(await ask(archon, 'Upgrade')).toMatch(/^Error,.*node was ended by SIGKILL/);
	writeFileSync(`${installed.directory}/dist/daemon.cjs`, '');
	expect(await ask(archon, 'Upgrade')).toMatch(
		/^Error,.*node is not what it should be: it does not say that/,
	);
	installed.copy('dist/daemon.cjs');
	writeFileSync(installed.path('archond.new'), '#!/bin/sh\necho archond: too old >&2; exit 1\n', {
		mode: 0o755,
	});
	renameSync(installed.path('archond.new'), installed.path('archond'));
	expect(await ask(archon, 'Upgrade')).toMatch(/^Error,.*archond ended with code 1: archond: too old/);
	writeFileSync(installed.path('archond.new'), '#!/bin/sh\n', { mode: 0o755 });
	renameSync(installed.path('archond.new'), installed.path('archond'));
	expect(await ask(archon, 'Upgrade')).toMatch(
		/^Error,.*nothing was exchanged: .*archond is not what it should be: it does not say that it takes over/,
	);
	writeFileSync(installed.path('archond.new'), '', { mode: 0o644 });
	renameSync(installed.path('archond.new'), installed.path('archond'));
	expect(await ask(archon, 'Upgrade')).toMatch(/^Error,.*archond does not run: .*EACCES/);
	expect(daemonPid(archon)).toBe(before);
	installed.copy('native/build/Release/archond');
	writeFileSync(installed.path('archon-log.new'), '#!/bin/sh\nkill -SEGV $$\n', { mode: 0o755 });
	renameSync(installed.path('archon-log.new'), installed.path('archon-log'));
	expect(await ask(archon, 'Upgrade')).toMatch(/^Error,.*archon-log was ended by SIGSEGV/);
	expect(daemonPid(archon)).toBe(before);
	installed.copy('native/build/Release/archon-log');
	for (const name of [
		'native/build/Release/archon-binder',
		'native/build/Release/libarchon-bind.so',
		'dist/rules.cjs',
	]) {
		unlinkSync(`${installed.directory}/${name}`);
		expect(await ask(archon, 'Upgrade')).toMatch(
			new RegExp(`^Error,.*nothing was exchanged: .*ENOENT: no such file or directory.*/${name}`),
		);
		installed.copy(name);
	}
	writeFileSync(installed.path('archon-binder'), '#!/bin/sh\n', { mode: 0o755 });
	expect(await ask(archon, 'Upgrade')).toMatch(/^Error,.*archon-binder ended with code 0/);
	expect(daemonPid(archon)).toBe(before);
	installed.copy('native/build/Release/archon-binder');
	expect(await ask(archon, 'Upgrade')).toBe('Ok');
});

test('what does not end is not waited for, whatever it has started, and none of it is left', async () => {
	const installed = new Installed();
	const archon = await installed.start();
	const told = new Told(archon.directory);
	const before = daemonPid(archon);
	const waits = `#!/bin/sh\nsleep 60 & echo $$ $! > ${told.path}; wait\n`;
	writeFileSync(installed.path('new'), waits, { mode: 0o755 });
	renameSync(installed.path('new'), installed.path('archon-keeper'));
	const asked = ask(archon, 'Upgrade');
	const pids = (await told.next()).split(' ').map(Number);
	expect(await asked).toMatch(/^Error,.*archond does not say within 10 s that it could take over/);
	for (const pid of pids) {
		await until(() => !isAlive(pid));
	}
	expect(daemonPid(archon)).toBe(before);
	installed.copy('native/build/Release/archon-keeper');
	expect(await ask(archon, 'Upgrade')).toBe('Ok');
});

test('one that reads an older format alone is refused', async () => {
	const installed = new Installed();
	const archon = await installed.start();
	const before = daemonPid(archon);
	writeFileSync(`${archon.directory}/state/config`, '{"format":99,"version":"9","config":{}}');
	expect(await ask(archon, 'Upgrade')).toMatch(/config is of format 99, this archon reads up to 2/);
	expect(daemonPid(archon)).toBe(before);
});
