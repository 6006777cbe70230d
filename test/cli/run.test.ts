import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseArgs } from '../../src/protocol/args.ts';
import { ctl, type Options, resultOf, start } from './archonctl.ts';
import { peer, says } from './peer.ts';

/** What the daemon is told: arguments, and the settings of which the last of each key counts. */
async function asked(args: readonly string[], options: Options = {}) {
	const daemon = await peer(says('ExitStatus,0\n'));
	const child = start(args, { ...daemon, ...options });
	const { code } = await resultOf(child);
	expect(code).toBe(0);
	const [request, field, ...settings] = daemon.heard[0] ?? [];
	const env = Object.fromEntries(settings.map((setting) => setting.split(/=(.*)/s).slice(0, 2))) as Record<
		string,
		string
	>;
	return { request, args: field, env, settings, pid: child.pid };
}

test('without -- the first word is <args> as it is, the rest are settings', async () => {
	const { request, args, settings } = await asked(['run', 'sh,-c,"echo a, b"', 'A=1', '--json=']);
	expect({ request, args }).toEqual({ request: 'Run', args: 'sh,-c,"echo a, b"' });
	expect(settings.slice(-2)).toEqual(['A=1', '--json=']);
});

test.each([
	['plain words', ['ls', '-l']],
	['a comma and a quote', ['sh', '-c', 'echo "a, b" >&2; exit 3']],
	['an empty word among others', ['a', '', 'b', '']],
	['a line break and a carriage return', ['a\nb', 'c\r']],
	['words that look like options', ['--json', '--', '-e', 'A=1']],
])('behind -- every word is an argument: %s', async (_, words) => {
	const { args, env } = await asked(['run', '--name', 'n', '--', ...words]);
	expect(parseArgs(args ?? '')).toEqual(words);
	expect(env).toEqual({ ARCHON_NAME: 'n' });
});

test('options of run end at the first other word', async () => {
	const { env } = await asked(['run', '-e', 'A=1', 'ls', 'A=2']);
	expect(env).toMatchObject({ A: '2' });
});

test('-e sets variables, in any of the forms an option has, and the last one wins', async () => {
	const { env } = await asked(['run', '-e', 'A=1', '-eB=2', '--env=C=3=4', '--env', 'A=', 'ls']);
	expect(env).toMatchObject({ A: '', B: '2', C: '3=4' });
});

test('-E passes the environment, and -e wins over it wherever it stands', async () => {
	const { env } = await asked(['run', '-e', 'A=mine', '-E', 'ls'], {
		env: { A: 'theirs', 'odd name': 'x\ny' },
	});
	expect(env).toMatchObject({ A: 'mine', 'odd name': 'x\ny' });
});

test('without -E nothing of the environment is passed but TERM', async () => {
	const { env } = await asked(['run', '--name', 'n', 'ls'], { env: { TERM: 'xterm', A: '1' } });
	expect(env).toEqual({ ARCHON_NAME: 'n', TERM: 'xterm' });
});

test.each([126, 127])(
	'with a key an exit code of %i may be that of another day, and that is said',
	async (code) => {
		const daemon = await peer(says(`ExitStatus,${code}\n`));
		expect(await ctl(['run', '--key', 'k', 'nosuch'], daemon)).toMatchObject({
			code,
			stderr: `archonctl: exit code ${code} is that of a program that cannot be started; where this key is known already it is the first answer, and nothing was started now: choose another key to try again\n`,
		});
		expect(await ctl(['run', 'nosuch'], await peer(says(`ExitStatus,${code}\n`)))).toMatchObject({
			code,
			stderr: '',
		});
	},
);

test('with a key TERM is not passed: asked again from another terminal it is the same request', async () => {
	const { env } = await asked(['run', '--name', 'n', '--key', 'k', 'ls'], { env: { TERM: 'xterm', A: '1' } });
	expect(env).toEqual({ ARCHON_NAME: 'n', ARCHON_KEY: 'k' });
});

test('-e wins over the TERM of the caller', async () => {
	const { env } = await asked(['run', '-e', 'TERM=dumb', 'ls'], { env: { TERM: 'xterm' } });
	expect(env).toMatchObject({ TERM: 'dumb' });
});

test('-E leaves out what would act on archon, or is for archon alone to set', async () => {
	const env = {
		ARCHON_NAME: 'other',
		ARCHON_KEY: 'k',
		ARCHON_DIRECTORY: '/',
		ARCHON_SERVICE: 's',
		NOTIFY_SOCKET: 'n',
		WATCHDOG_USEC: '1',
		LISTEN_FDS: '1',
	};
	const got = await asked(['run', '--name', 'n', '-E', 'ls'], { env });
	expect(Object.keys(got.env).sort()).toEqual(['ARCHON_NAME', 'ARCHON_SOCKET', 'PATH']);
	expect(got.env['ARCHON_NAME']).toBe('n');
});

test.each([
	['ls,-l', 'ls'],
	['/usr/local/bin/my prog', 'my_prog'],
	['"/a,b/c,d",x', 'c_d'],
	['./_.@-x_.@-', 'x_.@-'],
	['grün', 'gr__n'],
	['/', 'process'],
	['...', 'process'],
	[`${'a'.repeat(70)}`, 'a'.repeat(56)],
	[`__${'b'.repeat(70)}`, 'b'.repeat(56)],
])('a run of %j is called %s and the pid of archonctl', async (args, base) => {
	const { env, pid } = await asked(['run', args]);
	expect(env['ARCHON_NAME']).toBe(`${base}.${pid}`);
});

test.each([
	['--name', ['--name', 'web', 'ls']],
	['--name=', ['--name=web', 'ls']],
	['a setting', ['ls', 'ARCHON_NAME=web']],
	['-e', ['-e', 'ARCHON_NAME=web', 'ls']],
])('a name chosen by %s goes before', async (_, args) => {
	expect((await asked(['run', ...args])).env['ARCHON_NAME']).toBe('web');
});

test.each([[['run', '-C', '/nonexistent', 'ls']], [['run', '-C', '/etc/passwd', 'ls']]])(
	'a directory that is none is told before anything is asked (%#)',
	async (args) => {
		const daemon = await peer(says('ExitStatus,0\n'));
		const { code, stderr } = await ctl(args, daemon);
		expect(code).toBe(1);
		expect(stderr).toMatch(/^archonctl: cannot start in \/\S+: (No such file|Not a) directory|No such file/);
		expect(daemon.heard).toEqual([]);
	},
);

test.each([
	['ExitStatus,0\n', 0],
	['ExitStatus,3\n', 3],
	['ExitStatus,127\n', 127],
	['ExitStatus,143\n', 143],
	['Error,the name is taken\n', 1],
	['HTTP/1.1 400\n', 3],
])('the answer %j is exit code %d', async (text, code) => {
	const daemon = await peer(says(text));
	expect(await ctl(['run', 'ls'], daemon)).toMatchObject({ code, stdout: '' });
});

test('the reason of an Error is told', async () => {
	const daemon = await peer(says('Error,"""-l"" is not key=value"\n'));
	expect((await ctl(['run', 'ls'], daemon)).stderr).toBe('archonctl: "-l" is not key=value\n');
});

test('a connection that ends before the program does is exit code 3, and says by which name it is asked for', async () => {
	const daemon = await peer((_, connection) => connection.end());
	expect(await ctl(['run', '--name', 'job', 'ls'], daemon)).toEqual({
		code: 3,
		stdout: '',
		stderr:
			'archonctl: the connection ended before the reply; job may be running still (archonctl status job) or has ended (archonctl events --names job)\n',
	});
});

test('a run whose record is larger than the buffer of the socket arrives whole', async () => {
	const long = 'x'.repeat(100_000);
	const { env } = await asked([
		'run',
		...'ABCDEFGH'.split('').flatMap((key) => ['-e', `${key}=${long}`]),
		'ls',
	]);
	expect(env).toMatchObject({ A: long, H: long });
});

test('start-daemon sends the directory of the caller, and its options as settings', async () => {
	const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'archon-cwd-')));
	onTestFinished(() => fs.rmSync(folder, { recursive: true }));
	const daemon = await peer(says('Ok\n'));
	const args = [
		'--name',
		'db',
		'--restart',
		'never',
		'--user=redis',
		'--ready',
		'exec',
		'-e',
		'A=1',
		'redis-server',
	];
	expect(await ctl(['start-daemon', ...args, 'B=2'], { ...daemon, cwd: folder })).toMatchObject({ code: 0 });
	expect(daemon.heard).toEqual([
		[
			'StartDaemon',
			'redis-server',
			`ARCHON_DIRECTORY=${folder}`,
			'ARCHON_NAME=db',
			'ARCHON_RESTART=never',
			'ARCHON_USER=redis',
			'ARCHON_READY=exec',
			'A=1',
			'B=2',
		],
	]);
});

test.each([
	[['-C', '/srv'], '/srv'],
	[['--directory', '/srv'], '/srv'],
	[['-C', 'sub/..'], '/usr/sub/..'],
	[[], '/usr'],
])('start-daemon %j in /usr starts in %s', async (options, directory) => {
	const daemon = await peer(says('Ok\n'));
	await ctl(['start-daemon', ...options, '--', 'nginx', '-g', 'daemon off;'], { ...daemon, cwd: '/usr' });
	expect(daemon.heard).toEqual([['StartDaemon', 'nginx,-g,daemon off;', `ARCHON_DIRECTORY=${directory}`]]);
});
