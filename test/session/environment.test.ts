import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { delimiter } from 'node:path';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { ask, daemon, output, written } from './ask.ts';
import { Watch } from './watch.ts';

const { username, homedir, shell } = userInfo();
const base = [
	'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
	'LANG=C.UTF-8',
	`HOME=${homedir}`,
	`USER=${username}`,
	`LOGNAME=${username}`,
	`SHELL=${shell ?? '/bin/sh'}`,
].sort();

/** What a daemon finds in its environment. */
async function environmentOfDaemon(archon: Archon, ...settings: string[]): Promise<string[]> {
	const watch = await Watch.begin(archon, 'names=web');
	await ask(archon, 'StartDaemon', 'env', 'ARCHON_NAME=web', ...settings);
	await watch.event('process.exited');
	// What archon sets itself: its socket, which the daemon may use.
	const socket = `ARCHON_SOCKET=${archon.socket}`;
	const found = await written(archon, 'web');
	expect(found).toContain(socket);
	return found.filter((setting) => setting !== socket).sort();
}

test('the program is looked up in PATH', async () => {
	const archon = await Archon.start();
	expect(await ask(archon, 'Run', 'true')).toBe('ExitStatus,0');
	expect(await ask(archon, 'Run', 'nosuch')).toBe('ExitStatus,127');
});

test('the program is looked up in the PATH in <env> if one is given', async () => {
	const archon = await Archon.start();
	const [one, two] = [
		program(`${archon.directory}/one`, 'mine', 1),
		program(`${archon.directory}/two`, 'mine', 2),
	];
	expect(await ask(archon, 'Run', 'mine', `PATH=/nosuch${delimiter}${two}${delimiter}${one}`)).toBe(
		'ExitStatus,2',
	);
	expect(await ask(archon, 'Run', 'mine', `PATH=${one}:${two}`)).toBe('ExitStatus,1');
	expect(await ask(archon, 'Run', 'true', `PATH=${one}`)).toBe('ExitStatus,127');
	expect(await ask(archon, 'StartDaemon', 'mine', `PATH=${one}`)).toBe('Ok');
	expect(await ask(archon, 'StartDaemon', 'sleep,60', `PATH=${one}`)).toMatch(/^Error,/);
});

test('what PATH finds but may not be executed is passed over', async () => {
	const archon = await Archon.start();
	const [plain, good] = [
		program(`${archon.directory}/one`, 'mine', 1),
		program(`${archon.directory}/two`, 'mine', 2),
	];
	chmodSync(`${plain}/mine`, 0o644);
	expect(await ask(archon, 'Run', 'mine', `PATH=${plain}:${good}`)).toBe('ExitStatus,2');
	expect(await ask(archon, 'Run', 'mine', `PATH=${plain}:/nosuch`)).toBe('ExitStatus,126');
});

test('a program with a slash in it is not looked up', async () => {
	const archon = await Archon.start();
	const folder = program(`${archon.directory}/one`, 'mine', 1);
	expect(await ask(archon, 'Run', `${folder}/mine`, 'PATH=/nosuch')).toBe('ExitStatus,1');
	expect(await ask(archon, 'Run', './mine', `PATH=${folder}`)).toBe('ExitStatus,127');
});

test('the process starts from a clean base environment', async () => {
	const archon = await Archon.start();
	expect((await output(archon, ['env'])).sort()).toEqual(base);
});

test('the process starts from a clean base environment plus <env>', async () => {
	const archon = await Archon.start();
	const said = await output(archon, ['env'], 'A=b', 'LANG=de_DE.UTF-8');
	expect(said.sort()).toEqual(
		['A=b', ...base.map((it) => it.replace(/^LANG=.*/, 'LANG=de_DE.UTF-8'))].sort(),
	);
});

test('a daemon starts from the same environment, and from its name in ARCHON_SERVICE', async () => {
	const archon = await Archon.start();
	expect(await environmentOfDaemon(archon, 'A=b')).toEqual(['A=b', 'ARCHON_SERVICE=web', ...base].sort());
});

test("nothing of the daemon's own environment leaks in", async () => {
	const own = {
		LEAK: 'x',
		ARCHON_LOG_LEVEL: 'debug',
		LANG: 'C',
		USER: 'eve',
		SHELL: '/bin/false',
		NODE_OPTIONS: '',
	};
	const archon = await Archon.start(temporary(), own);
	expect((await output(archon, ['env'])).sort()).toEqual(base);
	expect(await environmentOfDaemon(archon)).toEqual(['ARCHON_SERVICE=web', ...base].sort());
});

test('what archon sets itself (ARCHON_SERVICE, NOTIFY_*, WATCHDOG_*, LISTEN_*) cannot be overridden', async () => {
	const archon = await Archon.start();
	const theirs = [
		'ARCHON_SERVICE',
		'NOTIFY_SOCKET',
		'WATCHDOG_USEC',
		'WATCHDOG_PID',
		'LISTEN_FDS',
		'LISTEN_PID',
	];
	const settings = theirs.map((key) => `${key}=1`);
	expect((await output(archon, ['env'], ...settings)).sort()).toEqual(base);
	expect(await environmentOfDaemon(archon, ...settings)).toEqual(['ARCHON_SERVICE=web', ...base].sort());
});

test('only what archon sets itself is kept from being set', async () => {
	const archon = await Archon.start();
	const settings = [
		'LISTENER=1',
		'NOTIFY=2',
		'ARCHON_SERVICES=3',
		'listen_fds=4',
		'ARCHON_SOCKET=5',
		'ARCHON_INSTANCE=6',
	];
	expect(await output(archon, ['env'], ...settings)).toEqual(expect.arrayContaining(settings));
});

test('settings that act on archon instead are taken out', async () => {
	const archon = await Archon.start();
	expect((await output(archon, ['env'], 'A=b')).sort()).toEqual(['A=b', ...base].sort());
	const taken = ['ARCHON_DIRECTORY=/tmp', 'ARCHON_RESTART=never', 'ARCHON_READY=exec'];
	expect(await environmentOfDaemon(archon, ...taken)).toEqual(['ARCHON_SERVICE=web', ...base].sort());
});

test('what has been started again has the same environment', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon, 'names=web', 'types=process.exited');
	await daemon(archon, 'web', 'env; kill -9 $$', 'A=b');
	await watch.event('process.exited');
	await watch.event('process.exited');
	const said = await written(archon, 'web');
	expect(said.filter((line) => line === 'A=b' || line === 'ARCHON_SERVICE=web')).toHaveLength(4);
});

/** A folder with a program that exits with this code. */
function program(folder: string, name: string, code: number): string {
	mkdirSync(folder);
	writeFileSync(`${folder}/${name}`, `#!/bin/sh\nexit ${code}\n`, { mode: 0o755 });
	return folder;
}
