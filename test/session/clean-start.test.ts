import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { formatArgs } from '../../src/protocol/args.ts';
import { joinRecord } from '../../src/protocol/join.ts';
import { Archon, temporary } from '../archon.ts';
import { ctl } from '../cli/archonctl.ts';
import { Lines } from '../live/lines.ts';
import { daemon, output, written } from './ask.ts';
import { Pass } from './pass.ts';
import { Watch } from './watch.ts';

const session = 'read -r _ _ _ _ group session tty _ < /proc/$$/stat; echo $$ $group $session $tty';
const descriptors = 'ls /proc/$$/fd; :';
// By a program that changes none of it, as a shell does.
const signals = 'exec cat /proc/self/status';

const noSignals = ['SigBlk', 'SigIgn'].map((mask) => `${mask}:\t${'0'.repeat(16)}`);
const umask = 'Umask:\t0022';

/** What `sh -c script` prints, started as a Run and as a daemon. */
async function both(archon: Archon, script: string): Promise<string[][]> {
	const watch = await Watch.begin(archon);
	const ofRun = await output(archon, ['sh', '-c', script]);
	await daemon(archon, 'web', script);
	await watch.event('process.exited', 'web');
	return [ofRun, await written(archon, 'web')];
}

/** The socket of an archond whose parent left it ignored signals, open descriptors and another umask. */
async function dirty(): Promise<string> {
	const directory = temporary();
	const archond = fileURLToPath(new URL('../../bin/archond', import.meta.url));
	const script = `
		trap '' HUP INT QUIT USR1 USR2 PIPE ALRM CHLD TERM TSTP TTIN TTOU WINCH
		umask 077; exec 3</dev/null 5</etc/passwd 9>&2
		exec "$0" --socket "$1/archon.sock" --state-dir "$1/state" --log-dir "$1/log"`;
	const keeper = spawn('sh', ['-c', script, archond, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
	onTestFinished(async () => {
		keeper.kill('SIGTERM');
		await once(keeper, 'exit');
	});
	await new Lines(keeper.stdout).find(/listening on/);
	return `${directory}/archon.sock`;
}

test('every process starts clean: own session, own process group, no terminal', async () => {
	const archon = await Archon.start();
	for (const [said = ''] of await both(archon, session)) {
		const [pid, ...rest] = said.split(' ');
		expect(rest).toEqual([pid, pid, '0']);
	}
});

test('every process starts clean: descriptors 0 to 2 only', async () => {
	const archon = await Archon.start();
	expect(await both(archon, descriptors)).toEqual(Array(2).fill(['0', '1', '2']));
});

test('every process starts clean: descriptors 0 to 2 only, also when some were passed', async () => {
	const archon = await Archon.start();
	const record = `${joinRecord(['Run', formatArgs(['sh', '-c', descriptors])])}\n`;
	const client = new Pass(archon, [`pass:3,3,3,4:${record}`, 'half'], [openSync('/', 'r')]);
	expect(await client.replies()).toEqual(['ExitStatus,0']);
	expect(await client.written).toBe('0\n1\n2\n');
});

test('every process starts clean: descriptors 0 to 2 only, however many clients the daemon has', async () => {
	const archon = await Archon.start();
	await Promise.all(Array.from({ length: 100 }, () => archon.connect()));
	expect(await both(archon, descriptors)).toEqual(Array(2).fill(['0', '1', '2']));
});

test('every process starts clean: no signal ignored or blocked', async () => {
	const archon = await Archon.start();
	for (const said of await both(archon, signals)) {
		expect(said).toEqual(expect.arrayContaining(noSignals));
	}
});

test('every process starts clean: umask 022', async () => {
	const before = process.umask(0o077);
	onTestFinished(() => void process.umask(before));
	const archon = await Archon.start();
	expect(await both(archon, 'umask')).toEqual([['0022'], ['0022']]);
});

test('every process starts clean, whatever archond was started with', async () => {
	const socket = await dirty();
	const script = `ls /proc/$$/fd; ${signals}`;
	const { stdout: ofRun } = await ctl(['run', '--', 'sh', '-c', script], { socket });
	await ctl(['start-daemon', '--name', 'web', '--', 'sh', '-c', script], { socket });
	await ctl(['wait', 'web', 'exited', '5s'], { socket });
	const { stdout } = await ctl(['logs', 'web', '--json'], { socket });
	const ofDaemon = (JSON.parse(stdout) as { line: string }[]).map(({ line }) => line);
	for (const said of [ofRun.split('\n'), ofDaemon]) {
		expect(said.filter((line) => /^\d+$/.test(line))).toEqual(['0', '1', '2']);
		expect(said).toEqual(expect.arrayContaining([...noSignals, umask]));
	}
});
