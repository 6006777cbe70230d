import {
	existsSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { Stage } from './stage.ts';
import { hasTmpfs, isTmpfs, tmpfs } from './tmpfs.ts';

test('the daemon gets its command line', async () => {
	const stage = new Stage();
	writeFileSync(stage.path('a.toml'), '');
	stage.start({ args: ['--config', 'a.toml', '--log-level=debug'] });
	const { pid } = await stage.daemon();
	expect(strings(`/proc/${pid}/cmdline`)).toEqual([
		stage.path('bin/node'),
		'--min-semi-space-size=4',
		'--max-semi-space-size=8',
		'--disable-sigusr1',
		stage.path('bin/node'),
		'--socket',
		stage.socket,
		'--state-dir',
		stage.path('state'),
		'--log-dir',
		stage.path('log'),
		'--config',
		stage.path('a.toml'),
		'--rules',
		stage.path('rules'),
		'--sources',
		'socket=--socket,state-dir=--state-dir,log-dir=--log-dir,config=--config,log-level=--log-level',
		'--keeper',
		stage.path('bin/archond'),
		'--log-level',
		'debug',
	]);
});

test('the daemon gets its five descriptors and nothing else', async () => {
	const stage = new Stage();
	const keeper = stage.start({ through: 'exec < log/.. 7< bin/node 9> leak' });
	const { pid } = await stage.daemon();
	const fds = descriptors(pid);
	expect(fds[0]).toBe('/dev/null');
	expect(fds.slice(3, 5)).toEqual(['socket', 'socket']);
	expect(fds[5]).toMatch(/^\/.*ledger/);
	expect(fds.slice(6, 8)).toEqual(['anon_inode:[eventfd]', 'anon_inode:[eventfd]']);
	expect(fds.slice(8)).toEqual(['anon_inode:[signalfd]', 'socket', 'socket']); // the puppet's own
	expect(descriptors(keeper.pid)).not.toContain(stage.path('leak'));
});

test('the daemon has room for descriptors from the start, as many as it may have', async () => {
	const stage = new Stage();
	stage.start();
	expect(roomOf((await stage.daemon()).pid)).toBeGreaterThanOrEqual(4096);
	const few = new Stage();
	few.start({ through: 'ulimit -n 1100' });
	const { pid } = await few.daemon();
	expect(roomOf(pid)).toBeGreaterThanOrEqual(1024);
	expect(roomOf(pid)).toBeLessThan(4096);
});

test('archon-log gets the directories and its six descriptors', async () => {
	const stage = new Stage();
	stage.start();
	const { pid } = await stage.logger();
	expect(strings(`/proc/${pid}/cmdline`)).toEqual([
		stage.path('bin/archon-log'),
		stage.path('run/fifo'),
		stage.path('log'),
	]);
	const fds = descriptors(pid);
	expect(fds[3]).toMatch(/^\/.*ledger/);
	expect(fds.slice(4, 6)).toEqual(['anon_inode:[eventfd]', 'anon_inode:[eventfd]']);
	expect(fds.slice(6, 9)).toEqual([
		expect.stringMatching(/^pipe:/),
		fds[6],
		expect.stringContaining('archon-held'),
	]);
	expect(fds.slice(9)).toEqual(['socket', 'socket']);
});

test('nothing of the environment gets through that could change how Node runs', async () => {
	const stage = new Stage();
	const given = { NODE_OPTIONS: '--no-warnings', NODE_PATH: '/x', LD_PRELOAD: '', SECRET: '1', TZ: 'UTC' };
	stage.start({ env: { ...given, PATH: '/bin', HOME: '/home/u', USER: 'u' } });
	const { pid } = await stage.daemon();
	const environment = strings(`/proc/${pid}/environ`);
	expect(environment.slice(0, 5)).toEqual(['PATH=/bin', 'HOME=/home/u', 'USER=u', 'TZ=UTC', 'LANG=C.UTF-8']);
	expect(environment.slice(5)).toEqual([expect.stringMatching(/^ARCHON_NOFILE=\d+$/)]);
});

test('the daemon may open as many files as the system lets it, and knows the limit that was', async () => {
	const stage = new Stage();
	stage.start({ through: 'ulimit -S -n 321' });
	const { pid } = await stage.daemon();
	expect(strings(`/proc/${pid}/environ`)).toContain('ARCHON_NOFILE=321');
	const [, soft, hard] =
		/Max open files +(\d+) +(\d+)/.exec(readFileSync(`/proc/${pid}/limits`, 'utf8')) ?? [];
	expect(soft).toBe(hard);
});

test('both children have a session of their own and no signal ignored, nor blocked but the one of the keeper’s end', async () => {
	const stage = new Stage();
	const keeper = stage.start({ through: "trap '' HUP CHLD TERM USR1" });
	const { daemon, logger } = await stage.both(keeper);
	for (const { pid } of [daemon, logger]) {
		expect(session(pid)).toBe(pid);
	}
	expect(session(keeper.pid)).not.toBe(keeper.pid);
	// The puppet that is the daemon blocks some itself; that archon-log is to hear is USR1.
	expect(await logger.order('blocked')).toBe('USR1');
	expect(readFileSync(`/proc/${logger.pid}/status`, 'utf8')).toMatch(/SigIgn:\t0+\n/);
});

test('the ledger names its keeper and archon-log and counts the daemons', async () => {
	const stage = new Stage();
	const { keeper, daemon, logger } = await stage.ready();
	const { nonce, ...head } = await daemon.head();
	expect(head).toMatchObject({ magic: 0x41524348, version: 6, slots: 16384, head: 0, seq: 0, start: 0 });
	expect(head).toMatchObject({ keeper: keeper.pid, logger: logger.pid, generation: 1 });
	expect(nonce).toMatch(/^[0-9a-f]{8,16}$/);
});

test.skipIf(!hasTmpfs)('on tmpfs the ledger is a file beside the socket, until archond ends', async () => {
	const stage = new Stage(tmpfs);
	const file = stage.path('run/ledger');
	const { keeper, daemon } = await stage.ready();
	expect(readlinkSync(`/proc/${daemon.pid}/fd/5`)).toBe(file);
	expect(existsSync(stage.path('run/held'))).toBe(true);
	await daemon.send('Quit');
	daemon.exit(0);
	expect(await keeper.ended).toBe(0);
	expect(readdirSync(stage.path('run'))).toEqual(['fifo']);
});

test.skipIf(!hasTmpfs)('an archond that cannot listen leaves no ledger behind', async () => {
	const stage = new Stage(tmpfs);
	mkdirSync(stage.path('run/socket'), { recursive: true });
	const keeper = stage.start({ args: ['--socket', 'run/socket'] });
	expect(await keeper.err.next()).toBe(`archond: ${stage.path('run/socket')} is there and no socket`);
	expect(await keeper.ended).toBe(1);
	expect(readdirSync(stage.path('run')).sort()).toEqual(['fifo', 'socket']);
});

test.skipIf(isTmpfs(tmpdir()))('elsewhere it is in a file without a name, never on a disk', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	expect(readlinkSync(`/proc/${daemon.pid}/fd/5`)).toMatch(/^\/memfd:archon-ledger/);
	expect(readdirSync(stage.path('run')).sort()).toEqual(['archon.sock', 'fifo']);
});

test('archond prints where it listens once its daemon is ready', async () => {
	const stage = new Stage();
	const { keeper } = await stage.ready();
	expect(await keeper.out.next()).toBe(`archond: listening on ${stage.socket}`);
});

test('directories are made for their owner alone, with parents that others may pass', async () => {
	const stage = new Stage();
	const keeper = stage.start({ args: ['--state-dir', 'new/state', '--log-dir', 'new/log'] });
	await keeper.ended; // no puppet can find its test from there
	expect(['run', 'run/fifo', 'new/state', 'new/log'].map((name) => mode(stage.path(name)))).toEqual(
		Array(4).fill('700'),
	);
	expect(mode(stage.path('new'))).toBe('755');
});

test('the socket is for its owner alone', async () => {
	const stage = new Stage();
	await stage.ready();
	expect(mode(stage.socket)).toBe('600');
});

test.each([['warn'], ['error']])(
	'with --log-level %s it says where its run directory is not in memory',
	async (level) => {
		const stage = new Stage();
		const run = stage.path('run');
		await stage.ready({ stderr: openSync(stage.path('said'), 'w'), args: ['--log-level', level] });
		const said = `archond: ${run} is not in memory (tmpfs): if this archond is killed, the next one does not take over what it started; name a --socket on a tmpfs, as /run or /dev/shm are mostly\n`;
		expect(readFileSync(stage.path('said'), 'utf8')).toBe(level === 'error' || isTmpfs(run) ? '' : said);
	},
);

test.skipIf(!hasTmpfs)('where it is in memory there is nothing to say', async () => {
	const stage = new Stage(tmpfs);
	await stage.ready({ stderr: openSync(stage.path('said'), 'w') });
	expect(readFileSync(stage.path('said'), 'utf8')).toBe('');
});

function mode(path: string): string {
	return (statSync(path).mode & 0o7777).toString(8);
}

function strings(path: string): string[] {
	return readFileSync(path, 'latin1').split('\0').slice(0, -1);
}

/** What each descriptor is, in order; their numbers have no holes. */
function descriptors(pid: number): string[] {
	const numbers = readdirSync(`/proc/${pid}/fd`)
		.map(Number)
		.sort((a, b) => a - b);
	expect(numbers).toEqual(numbers.map((_, i) => i));
	return numbers.map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`).replace(/^socket:.*/, 'socket'));
}

/** How many descriptors a process can have before its table has to grow. */
function roomOf(pid: number): number {
	return Number(/FDSize:\t(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

function session(pid: number): number {
	return Number(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[3]);
}
