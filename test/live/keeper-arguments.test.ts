import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { expect, test } from 'vitest';
import { Stage } from './stage.ts';

test('an unknown option is one line and exit code 2', async () => {
	const keeper = new Stage().start({ args: ['--sokcet', 'x'] });
	expect(await keeper.err.next()).toBe('archond: unknown option "--sokcet"; --help lists them');
	expect(await keeper.err.next()).toBeUndefined();
	expect(await keeper.ended).toBe(2);
});

test('an option without its value is one line and exit code 2', async () => {
	for (const word of ['--socket', '--socket=', '--log-dir=']) {
		const keeper = new Stage().start({ args: [word] });
		expect(await keeper.err.next()).toBe(`archond: ${word} needs a value`);
		expect(await keeper.ended).toBe(2);
	}
});

test('--version and --help print and exit with 0', () => {
	const archond = new Stage().path('bin/archond');
	expect(execFileSync(archond, ['--version'], { encoding: 'utf8' })).toMatch(/^archond \d+\.\d+\.\d+\n$/);
	expect(execFileSync(archond, ['--help'], { encoding: 'utf8' })).toMatch(
		/^usage: archond \[--socket PATH\]/,
	);
});

test('a socket path that is too long for the system is refused with its length', async () => {
	const stage = new Stage();
	const path = `/tmp/${'x'.repeat(200)}`;
	const keeper = stage.start({ args: ['--socket', path] });
	expect(await keeper.err.next()).toBe(
		`archond: the path of a socket has at most 107 bytes, this one 205: ${path}`,
	);
	expect(await keeper.ended).toBe(1);
});

test('without HOME a user is told which option helps', () => {
	const stage = new Stage();
	chmodSync(stage.directory, 0o755);
	const user = process.getuid?.() === 0 ? { uid: 54321 } : {};
	const ended = spawnSync(stage.path('bin/archond'), [], { ...user, env: {}, encoding: 'utf8' });
	expect(ended.stderr).toBe('archond: HOME is not set: say where by --state-dir\n');
	expect(ended.status).toBe(1);
});

test('an ARCHON_NODE that cannot be run is named', async () => {
	const keeper = new Stage().start({ env: { ARCHON_NODE: '/nonexistent/node' } });
	expect(await keeper.err.next()).toBe(
		'archond: cannot run ARCHON_NODE=/nonexistent/node: No such file or directory',
	);
	expect(await keeper.ended).toBe(1);
});

test('a bundle that was not built is named', async () => {
	const stage = new Stage();
	const keeper = stage.start({ env: { ARCHON_DAEMON: '' } });
	expect(await keeper.err.next()).toMatch(
		/^archond: cannot read .*\/dist\/daemon\.cjs: No such file or directory; was archon built/,
	);
	expect(await keeper.ended).toBe(1);
});

test('where nothing is named, Node and bundle are those of the tree that archond was built in', async () => {
	const stage = new Stage();
	const pinned = `node_modules/node-linux-${process.arch}/bin/node`;
	install(stage, [
		'native/build/Release/archond',
		'native/build/Release/archon-keeper',
		'native/build/Release/archon-log',
		pinned,
		'dist/daemon.cjs',
	]);
	const program = stage.path('native/build/Release/archond');
	stage.start({ program, env: { ARCHON_NODE: '', ARCHON_DAEMON: '' } });
	const command = await commandOf(stage);
	expect(command[0]).toBe(stage.path(pinned));
	expect(command.slice(1).find((word) => !word.startsWith('--'))).toBe(stage.path('dist/daemon.cjs'));
});

test('without a pinned Node it is the first one in PATH', async () => {
	const stage = new Stage();
	install(stage, ['second/node', 'relative/node']);
	const path = `relative:/nonexistent:${stage.path('second')}:${stage.path('bin')}`;
	stage.start({ env: { ARCHON_NODE: '', PATH: path } });
	expect((await commandOf(stage))[0]).toBe(stage.path('second/node'));
});

test('without any Node that is said', async () => {
	const keeper = new Stage().start({ env: { ARCHON_NODE: '', PATH: '/nonexistent' } });
	expect(await keeper.err.next()).toMatch(/^archond: there is no node: .*ARCHON_NODE may name one$/);
	expect(await keeper.ended).toBe(1);
});

/** Puts archond and archon-keeper, or else a puppet, at each of these paths. */
function install(stage: Stage, paths: string[]): void {
	for (const path of paths) {
		mkdirSync(dirname(stage.path(path)), { recursive: true });
		const real = ['archond', 'archon-keeper'].includes(basename(path));
		copyFileSync(stage.path(real ? `bin/${basename(path)}` : 'bin/node'), stage.path(path));
	}
}

async function commandOf(stage: Stage): Promise<string[]> {
	const { pid } = await stage.daemon();
	return readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
}

test('a configuration or rules that were named and are not there are a mistake', async () => {
	for (const option of ['--config', '--rules']) {
		const keeper = new Stage().start({ args: [option, '/nonexistent/named'] });
		expect(await keeper.err.next()).toBe(
			'archond: cannot read /nonexistent/named: No such file or directory',
		);
		expect(await keeper.ended).toBe(1);
	}
});

test('the daemon is told each setting and who said it', async () => {
	const stage = new Stage();
	writeFileSync(stage.path('a.toml'), '');
	const keeper = stage.start({
		args: ['--config', 'a.toml', '--log-level=warn'],
		env: {
			ARCHON_RULES: stage.directory,
			ARCHON_SOCKET: '/overridden',
			ARCHON_LOG_LEVEL: '',
			ARCHON_LOG_DIR: '',
		},
	});
	const command = await commandOf(stage);
	const after = (option: string) => command[command.indexOf(option) + 1];
	expect(after('--config')).toBe(stage.path('a.toml'));
	expect(after('--rules')).toBe(stage.directory);
	expect(after('--log-level')).toBe('warn');
	expect(after('--sources')).toBe(
		'socket=--socket,state-dir=--state-dir,log-dir=--log-dir,config=--config,rules=ARCHON_RULES,log-level=--log-level',
	);
	expect(keeper.child.exitCode).toBeNull();
});

test('what nobody said is not among the sources', async () => {
	const stage = new Stage();
	stage.start({ env: { HOME: stage.directory } });
	const command = await commandOf(stage);
	expect(command[command.indexOf('--sources') + 1]).toBe(
		'socket=--socket,state-dir=--state-dir,log-dir=--log-dir',
	);
	expect(command).not.toContain('--log-level');
});

test('a log level is one of four', async () => {
	const said = { args: ['--log-level', 'loud'], text: '--log-level: "loud"', code: 2 };
	const set = { env: { ARCHON_LOG_LEVEL: 'Info' }, text: 'ARCHON_LOG_LEVEL: "Info"', code: 1 };
	for (const { text, code, ...start } of [said, set]) {
		const keeper = new Stage().start(start);
		expect(await keeper.err.next()).toBe(`archond: ${text} is not one of error, warn, info, debug`);
		expect(await keeper.ended).toBe(code);
	}
});

test('too few descriptors are told with the number that is needed', () => {
	const stage = new Stage();
	const low = spawnSync('sh', ['-c', 'ulimit -n 255; exec "$0"', stage.path('bin/archond')], {
		encoding: 'utf8',
	});
	expect(low.stderr).toBe(
		'archond: 256 descriptors are needed, the hard limit is 255: raise it (ulimit -Hn)\n',
	);
	expect(low.status).toBe(1);
});
