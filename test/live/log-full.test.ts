import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Logger, until } from './logger.ts';

const isRoot = process.getuid?.() === 0;

test.runIf(isRoot)(
	'a disk that is full: no service waits, lines are counted, and it goes on when there is room',
	async () => {
		const logger = new Logger();
		onDisk(logger, '512k');
		fs.writeFileSync(path.join(logger.logs, 'ballast'), Buffer.alloc(200 << 10));
		logger.start();
		const pair = logger.open(0, 'd.loud');
		const lines = 200_000;
		const seq = spawn('seq', [`${lines}`], { stdio: ['ignore', pair.out, 'ignore'] });
		expect(await once(seq, 'exit')).toEqual([0, null]);
		await until(() => (logger.busy(0)[0] ? undefined : true));
		expect(logger.records('loud').length).toBeLessThan(20_000);
		await until(() => logger.said || undefined);
		expect(logger.said).toBe(
			`archon-log: ${logger.logs}/loud.log: No space left on device: lines are dropped and counted until there is room again\n`,
		);
		fs.rmSync(path.join(logger.logs, 'ballast'));
		const told = await until(() => {
			const records = logger.records('loud');
			return records.at(-1)?.startsWith('a ') ? records : undefined;
		});
		const dropped = told.map((record) => Number(/^a (\d+) lines dropped$/.exec(record)?.[1] ?? 0));
		const kept = told.filter((record) => /^o \d+$/.test(record)).length;
		expect(kept + dropped.reduce((sum, count) => sum + count)).toBe(lines);
		pair.write('out', 'room\n');
		expect((await logger.recorded('loud', told.length + 1)).at(-1)).toBe('o room');
	},
);

test.runIf(isRoot)('what was dropped is told by the next archon-log, too', async () => {
	const logger = new Logger();
	onDisk(logger, '64k');
	fs.writeFileSync(path.join(logger.logs, 'ballast'), Buffer.alloc(64 << 10), { flush: false });
	logger.start();
	const pair = logger.open(0, 'd.web');
	pair.write('out', 'one\ntwo\n');
	await until(() => logger.said || undefined);
	await until(() => (logger.busy(0)[0] ? undefined : true));
	await logger.end('SIGKILL');
	fs.rmSync(path.join(logger.logs, 'ballast'));
	logger.start();
	expect(await logger.recorded('web', 1)).toEqual(['a 2 lines dropped']);
	pair.write('out', 'three\n');
	expect(await logger.recorded('web', 2)).toEqual(['a 2 lines dropped', 'o three']);
});

test('while one floods, a line of another is in its file within a second', async () => {
	const logger = new Logger().start();
	const loud = logger.open(0, 'd.loud', { max: 1 << 20, keep: 2 });
	const children = Array.from({ length: 4 }, () => spawn('yes', { stdio: ['ignore', loud.out, 'ignore'] }));
	onTestFinished(async () => {
		for (const child of children) {
			child.kill('SIGKILL');
			await once(child, 'exit');
		}
	});
	await until(() => logger.sizes('loud').length === 2 || undefined);
	const quiet = logger.open(1, 'd.quiet');
	const file = path.join(logger.logs, 'quiet.log');
	const took: number[] = [];
	for (let n = 1; n <= 50; n++) {
		const began = performance.now();
		quiet.write('out', 'x\n');
		await until(() => (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) >= 29 * n || undefined);
		took.push(performance.now() - began);
	}
	expect(took.toSorted((a, b) => a - b)[25]).toBeLessThan(1000);
});

/** The logs are on a disk of that size, which is taken away in the end. */
function onDisk(logger: Logger, size: string): void {
	fs.mkdirSync(logger.logs);
	expect(spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', logger.logs]).status).toBe(0);
	onTestFinished(() => void spawnSync('umount', ['-l', logger.logs]));
}
