import { mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { Told } from '../live/told.ts';
import { ask, daemon, names, pidOf, rows, status, statusAt, written } from './ask.ts';
import { Gate } from './gate.ts';
import { Watch } from './watch.ts';

test('StartDaemon starts it and replies once exec has succeeded, not waiting for the program to end', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('StartDaemon,"sleep,60"\nStatus\n')).toEqual([
		'Ok',
		'Columns,name,kind,state,pid,uptime,restarts,last,reason',
		expect.stringMatching(/^Row,sleep,daemon,running,\d+,0,0,-,$/),
		'Ok',
	]);
});

test('exec has succeeded is all that Ok says: one that ends at once is Ok too', async () => {
	const archon = await Archon.start();
	expect(await ask(archon, 'StartDaemon', 'true')).toBe('Ok');
	expect(await ask(archon, 'StartDaemon', 'false')).toBe('Ok');
});

test('a program that cannot be started is an Error saying which step failed', async () => {
	const archon = await Archon.start();
	writeFileSync(`${archon.directory}/plain`, 'no program\n', { mode: 0o644 });
	const at = (name: string) => `${archon.directory}/${name}`;
	expect(await archon.lines('StartDaemon,nosuch\n')).toEqual([
		'Error,"cannot start ""nosuch"": exec: no such file or directory"',
	]);
	expect(await ask(archon, 'StartDaemon', `${at('plain')}/x`)).toBe(
		`Error,"cannot start ""${at('plain')}/x"": exec: not a directory"`,
	);
	expect(await ask(archon, 'StartDaemon', at('plain'))).toBe(
		`Error,"cannot start ""${at('plain')}"": exec: permission denied"`,
	);
	expect(await ask(archon, 'StartDaemon', 'true', 'ARCHON_DIRECTORY=/nosuch')).toBe(
		'Error,"cannot start ""true"": directory: /nosuch: no such file or directory"',
	);
	expect(await ask(archon, 'StartDaemon', 'true', `ARCHON_DIRECTORY=${at('plain')}`)).toBe(
		`Error,"cannot start ""true"": directory: ${at('plain')}: not a directory"`,
	);
});

test('a program that cannot be started leaves nothing in Status', async () => {
	const archon = await Archon.start();
	await archon.lines('StartDaemon,nosuch,ARCHON_NAME=x\nStartDaemon,true,ARCHON_DIRECTORY=/nosuch\n');
	expect(await names(archon)).toEqual([]);
	expect(await daemon(archon, 'x', 'sleep 60')).toBe('Ok');
});

test('a daemon that failed to start is told as process.starting, process.failed and is not tried again', async () => {
	const archon = await Archon.start();
	await ask(archon, 'StartDaemon', 'nosuch');
	const events = await rows(archon, 'Events', 'names=nosuch');
	expect(events.map((row) => row['type'])).toEqual(['process.starting', 'process.failed']);
});

test('a start that fails says which step failed and why, also one that was not asked for', async () => {
	const archon = await Archon.start();
	const gate = new Gate(archon);
	const told = new Told(archon.directory);
	const program = `${archon.directory}/program`;
	writeFileSync(program, `#!/bin/sh\necho up > ${told.path}; ${gate.wait}; exit 1\n`, { mode: 0o755 });
	await ask(archon, 'StartDaemon', program, 'ARCHON_NAME=web');
	await told.next();
	rmSync(program);
	const again = await statusAt(archon, 'web', ['backoff', 'starting', 'backoff'], () => gate.open());
	expect(again).toMatchObject({ restarts: '1', last: 'exit:1' });
	expect(again['reason']).toMatch(/^exec: no such file or directory; starts again in \d+ms$/);
});

test('StartDaemon takes no descriptors: its input is /dev/null, its output goes to its log, its directory is /', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	await daemon(archon, 'web', 'readlink /proc/$$/fd/0; pwd -P; echo err >&2');
	await watch.event('process.exited', 'web');
	expect(await written(archon, 'web')).toEqual(['/dev/null', '/']);
	expect(await written(archon, 'web', 'stderr')).toEqual(['err']);
});

test('from then on it is supervised: restarted on failure', async () => {
	const archon = await Archon.start();
	const [gate, watch] = [new Gate(archon), await Watch.begin(archon, 'names=web')];
	await daemon(archon, 'web', `${gate.wait}; exit 7`);
	const first = await pidOf(archon, 'web');
	gate.open();
	expect((await watch.event('process.exited'))[7]).toBe('exit=7');
	await watch.event('process.backoff');
	await watch.event('process.ready');
	const now = await status(archon, 'web');
	expect(now).toMatchObject({ kind: 'daemon', state: 'running', restarts: '1', last: 'exit:7', reason: '' });
	expect(now['pid']).not.toBe(String(first));
});

test('a daemon that a signal ends has failed, too', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon, 'names=web');
	await daemon(archon, 'web', 'exec sleep 60');
	expect(await ask(archon, 'Signal', 'web', 'TERM')).toBe('Ok');
	expect((await watch.event('process.exited'))[7]).toBe('signal=TERM');
	await watch.event('process.ready');
	expect(await status(archon, 'web')).toMatchObject({ state: 'running', restarts: '1', last: 'signal:TERM' });
});

test('what ended with 0 is not restarted unless ARCHON_RESTART says otherwise', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	await daemon(archon, 'plain', 'exit 0');
	expect(await ask(archon, 'Wait', 'plain', 'exited', '5s')).toBe('Ok');
	await daemon(archon, 'always', 'exit 0', 'ARCHON_RESTART=always');
	await watch.event('process.backoff', 'always');
	await watch.event('process.ready', 'always');
	expect(await status(archon, 'plain')).toMatchObject({ state: 'exited', restarts: '0', last: 'exit:0' });
});

test('ARCHON_RESTART sets restart: never leaves what failed as it is', async () => {
	const archon = await Archon.start();
	await daemon(archon, 'web', 'exit 3', 'ARCHON_RESTART=never');
	expect(await ask(archon, 'Wait', 'web', 'failed', '5s')).toBe('Ok');
	expect(await status(archon, 'web')).toMatchObject({
		state: 'failed',
		restarts: '0',
		last: 'exit:3',
		reason: 'ended with exit:3',
	});
});

test('ARCHON_RESTART with no such policy is an Error that names those there are', async () => {
	const archon = await Archon.start();
	expect(await ask(archon, 'StartDaemon', 'true', 'ARCHON_RESTART=often')).toBe(
		'Error,"ARCHON_RESTART: expected ""always"", ""on-failure"" or ""never"", got ""often"""',
	);
	expect(await ask(archon, 'StartDaemon', 'true', 'ARCHON_RESTART=')).toMatch(/^Error,/);
	expect(await names(archon)).toEqual([]);
});

test('ARCHON_DIRECTORY sets directory', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	mkdirSync(`${archon.directory}/sub`);
	await daemon(archon, 'web', 'pwd -P', `ARCHON_DIRECTORY=${archon.directory}/sub`);
	await watch.event('process.exited', 'web');
	expect(await written(archon, 'web')).toEqual([`${realpathSync(archon.directory)}/sub`]);
	for (const relative of ['sub', './sub', '']) {
		expect(await ask(archon, 'StartDaemon', 'true', `ARCHON_DIRECTORY=${relative}`)).toBe(
			`Error,"ARCHON_DIRECTORY: ""${relative}"" is no absolute path"`,
		);
	}
});

test('ARCHON_USER sets user: its groups, its home, and an Error for one that nobody knows', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	const script = 'sh,-c,id -un; echo $HOME; exit 1';
	await ask(archon, 'StartDaemon', script, 'ARCHON_NAME=who', 'ARCHON_USER=nobody', 'ARCHON_RESTART=never');
	await watch.event('process.failed', 'who');
	expect(await written(archon, 'who')).toEqual(['nobody', '/nonexistent']);
	expect(await ask(archon, 'StartDaemon', 'true', 'ARCHON_USER=nosuch')).toMatch(
		/^Error,"cannot start ""true"": user: there is no user ""nosuch""/,
	);
});

test('ARCHON_READY is read as in the file, ARCHON_KEY has to be one', async () => {
	const archon = await Archon.start();
	expect(await ask(archon, 'StartDaemon', 'true', 'ARCHON_READY=soon')).toMatch(
		/^Error,.*ARCHON_READY.*soon/,
	);
	expect(await ask(archon, 'StartDaemon', 'true', 'ARCHON_KEY=')).toMatch(/^Error,.*ARCHON_KEY/);
	expect(await names(archon)).toEqual([]);
	expect(await ask(archon, 'StartDaemon', 'true', 'ARCHON_READY=exec')).toBe('Ok');
});

test('archonctl start-daemon has an option for each', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	const options = [
		'--name',
		'web',
		'--directory',
		'/usr',
		'--restart',
		'never',
		'--ready',
		'exec',
		'-e',
		'A=b',
	];
	const started = await archon.ctl(['start-daemon', ...options, '--', 'sh', '-c', 'pwd; echo $A; exit 1']);
	expect(started).toEqual({ out: '', err: '', code: 0 });
	await watch.event('process.failed', 'web');
	expect(await written(archon, 'web')).toEqual(['/usr', 'b']);
	const refused = await archon.ctl(['start-daemon', '--user', 'nosuch', '--', 'true']);
	expect(refused.code).toBe(1);
	expect(refused.err).toContain('user: there is no user "nosuch"');
});

test("archonctl start-daemon sends the caller's directory", async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	expect(await archon.ctl(['start-daemon', 'pwd,-P'])).toMatchObject({ code: 0 });
	await watch.event('process.exited', 'pwd');
	expect(await written(archon, 'pwd')).toEqual([realpathSync(archon.directory)]);
});

test('a daemon stays in Status when it ended or was stopped, and keeps its name until Remove', async () => {
	const archon = await Archon.start();
	await daemon(archon, 'ended', 'exit 0');
	await daemon(archon, 'stopped', 'exec sleep 60');
	expect(await ask(archon, 'Wait', 'ended', 'exited', '5s')).toBe('Ok');
	expect(await ask(archon, 'Stop', 'stopped')).toBe('Ok');
	expect(await status(archon, 'ended')).toMatchObject({
		state: 'exited',
		pid: '-',
		uptime: '-',
		last: 'exit:0',
	});
	expect(await status(archon, 'stopped')).toMatchObject({ state: 'stopped', pid: '-', last: 'signal:TERM' });
	for (const name of ['ended', 'stopped']) {
		expect(await daemon(archon, name, 'sleep 60')).toMatch(/^Error,.*taken/);
		expect(await ask(archon, 'Remove', name)).toBe('Ok');
		expect(await daemon(archon, name, 'exec sleep 60')).toBe('Ok');
	}
});

test('Shutdown ends and forgets it', async () => {
	const archon = await Archon.start();
	await daemon(archon, 'web', 'exec sleep 60');
	const pid = await pidOf(archon, 'web');
	expect(await ask(archon, 'Shutdown')).toBe('Ok');
	expect(() => process.kill(pid, 0)).toThrow('ESRCH');
	await archon.end();
	const next = await Archon.start(archon.directory);
	expect(await names(next)).toEqual([]);
});
