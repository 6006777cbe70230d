import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { ask } from '../session/ask.ts';
import { daemonPid } from './crash.ts';
import { fullFifo } from './full-fifo.ts';
import { Lines } from './lines.ts';
import { sleeps, until } from './until.ts';

/** What the addon waits in, by its number (proc_pid_syscall(5)). */
const poll = process.arch === 'x64' ? '7 ' : '73 ';

test('whoever does not read what archond says holds nothing up, and is told later that something is missing', async () => {
	const directory = temporary();
	const fifo = `${directory}/said`;
	fullFifo(fifo);
	const said = ['sh', '-c', `exec "$0" "$@" 2>${fifo}`];
	const archon = await Archon.start(directory, {}, ['--log-level', 'info'], said);
	for (let times = 0; times < 3; times++) {
		expect(await ask(archon, 'Reload')).toBe('Ok');
	}
	process.kill(daemonPid(archon), 'SIGKILL');
	expect(await ask(archon, 'Reload')).toBe('Ok');
	const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
	const bytes = Buffer.alloc(1 << 20);
	readSync(reader, bytes);
	expect(await ask(archon, 'Reload')).toBe('Ok');
	const text = bytes.toString('latin1', 0, readSync(reader, bytes));
	closeSync(reader);
	expect(text).toMatch(
		/^archond: \d+ lines are missing here, for nobody read them; archonctl events has what happened\narchond: /,
	);
});

test('a signal does not make room, nor does it end the waiting for some', async () => {
	const addon = fileURLToPath(new URL('../../native/build/Release/archon.node', import.meta.url));
	const asks = `process.on('SIGUSR2', () => {}); console.log('asks');
		console.log(require(process.argv[1]).writeWithin(3, Number(process.argv[2]), Buffer.from('x')));`;
	const directory = temporary();
	// Of the one that gives up there is one signal: on a machine that is busy more may not fit into its patience.
	for (const [patience, signals, answer] of [
		[3000, 1, '-11'],
		[60_000, 5, '1'],
	] as const) {
		const fifo = `${directory}/${patience}`;
		const asker = spawn(process.execPath, ['-e', asks, addon, String(patience)], {
			stdio: ['ignore', 'pipe', 'inherit', fullFifo(fifo)],
		});
		const said = new Lines(asker.stdout ?? expect.unreachable());
		expect(await said.next()).toBe('asks');
		let slept = 0;
		for (let times = 0; times < signals; times++) {
			slept = await waits(asker.pid ?? 0, slept);
			asker.kill('SIGUSR2');
		}
		if (answer === '1') {
			await waits(asker.pid ?? 0, slept);
			const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
			readSync(reader, Buffer.alloc(1 << 20));
			closeSync(reader);
		}
		expect(await said.next()).toBe(answer);
		await once(asker, 'close');
	}
});

/** Resolves when a process waits in poll(2) that has slept more often than so: how often it has. */
async function waits(pid: number, before: number): Promise<number> {
	await until(() => readFileSync(`/proc/${pid}/syscall`, 'latin1').startsWith(poll) && sleeps(pid) > before);
	return sleeps(pid);
}
