import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { formatArgs } from '../../src/protocol/args.ts';
import { Archon, temporary } from '../archon.ts';
import { ask, pidOf, rows } from '../session/ask.ts';
import { exiting } from '../session/foreign.ts';
import { client } from './client.ts';
import { crash, daemonPid } from './crash.ts';
import { until } from './until.ts';

const nap = '[service.a]\nrun = ["sleep", "60"]\n[service.b]\nrun = ["sleep", "60"]\n';

/** An archond whose run directory, and nothing else of it, is on a small disk. */
async function onDisk(): Promise<{ archon: Archon; fill: string }> {
	const directory = temporary();
	mount(directory, '6m');
	onTestFinished(() => void spawnSync('umount', ['-l', directory]));
	for (const name of ['state', 'log']) {
		mkdirSync(`${directory}/${name}`);
		mount(`${directory}/${name}`, '90m');
	}
	return { archon: await Archon.configured(nap, directory), fill: `${directory}/fill` };
}

function mount(path: string, size: string): void {
	expect(spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', path]).status).toBe(0);
}

const much = Buffer.alloc(8 << 20);

function fillUp(path: string): void {
	expect(() => appendFileSync(path, much)).toThrow('ENOSPC');
}

const start = (archon: Archon, name: string, length = 0) =>
	ask(
		archon,
		'StartDaemon',
		formatArgs(['sh', '-c', `exec sleep 60 #${'x'.repeat(length)}`]),
		`ARCHON_NAME=${name}`,
	);

/** Name, state and pid of each. */
const all = async (archon: Archon) =>
	(await rows(archon, 'Status')).map(({ name, state, pid }) => [name, state, pid].join(' ')).sort();

const testIf = test.skipIf(process.getuid?.() !== 0);

testIf(
	'what is answered in a full run directory is known after crashes, and what is in flight is answered',
	async () => {
		const { archon, fill } = await onDisk();
		await ask(archon, 'Wait', 'b', 'running');
		await ask(archon, 'Wait', 'a', 'running');
		fillUp(fill);
		const { say, hear } = await client(archon);
		await say('Run,"sleep,60",ARCHON_NAME=job\nPing\n');
		await until(async () => (await rows(archon, 'Status')).some(({ name }) => name === 'job'));
		expect(await ask(archon, 'Wait', 'job', 'running')).toBe('Ok');
		for (const name of ['c', 'd', 'e', 'f', 'g']) {
			expect(await start(archon, name)).toBe('Ok');
		}
		expect(await ask(archon, 'Stop', 'a')).toBe('Ok');
		const before = await all(archon);
		expect(before.filter((it) => it.includes(' running '))).toHaveLength(7);
		for (let kill = 0; kill < 2; kill++) {
			await crash(archon);
			expect(await all(archon)).toEqual(before);
			fillUp(fill);
		}
		process.kill(await pidOf(archon, 'job'), 'SIGKILL');
		expect(await hear(2)).toEqual(['ExitStatus,137', 'Ok']);
		// It is written on and on: what is not needed any more makes room.
		for (let n = 0; n < 120; n++) {
			expect(await ask(archon, n % 2 === 0 ? 'Stop' : 'Start', 'b')).toBe('Ok');
			fillUp(fill);
		}
		expect(await ask(archon, 'Start', 'a')).toBe('Ok');
		const later = await all(archon);
		await crash(archon);
		expect(await all(archon)).toEqual(later);
		expect(archon.said).not.toContain('cannot be written');
	},
);

testIf('what there is no room for is refused before it is started, and one line says so', async () => {
	const { archon, fill } = await onDisk();
	await ask(archon, 'Wait', 'b', 'running');
	await ask(archon, 'Wait', 'a', 'running');
	const stranger = exiting(0);
	await ask(archon, 'MonitorPid', String(stranger.pid), 'ended');
	stranger.tell();
	await ask(archon, 'Wait', 'ended', 'stopped');
	fillUp(fill);
	const replies: string[] = [];
	while (replies.length < 100 && replies.at(-1)?.startsWith('Error') !== true) {
		replies.push(await start(archon, `x${replies.length}`, 20_000));
	}
	const why = 'cannot be written: no space left on device, make room there';
	const book = `${archon.directory}/book`;
	expect(replies.pop()).toContain(`${book} ${why}: a crash of the daemon would end what is started now`);
	const line = `archond: ${book} ${why}; until then a crash of the daemon may undo what is changed\n`;
	await until(() => archon.said.includes(line));
	expect(archon.said.split(book)).toHaveLength(2);
	// Nor does it take the name of what has ended.
	expect(await start(archon, 'ended', 20_000)).toContain(why);
	const before = await all(archon);
	expect(before).toHaveLength(replies.length + 3);
	process.kill(daemonPid(archon), 'SIGKILL');
	expect(await all(archon)).toEqual(before);
	expect(archon.said).not.toContain('    at ');
	rmSync(fill);
	expect(await start(archon, `x${replies.length}`, 20_000)).toBe('Ok');
});
