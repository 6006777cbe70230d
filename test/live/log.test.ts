import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { logState } from '../../src/keeper/log-places.ts';
import { native } from '../../src/native/index.ts';
import { Logger, until } from './logger.ts';

test('what a daemon writes is in its log, each line with its time and its stream', async () => {
	const logger = new Logger().start();
	const before = Date.now();
	const pair = logger.open(0, 'd.web');
	pair.write('out', 'one\ntwo\n');
	expect(await logger.recorded('web', 2)).toEqual(['o one', 'o two']);
	pair.write('err', 'three\n');
	expect(await logger.recorded('web', 3)).toEqual(['o one', 'o two', 'e three']);
	for (const record of fs.readFileSync(path.join(logger.logs, 'web.log'), 'latin1').trim().split('\n')) {
		expect(record).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [oe] \w+$/);
		expect(Date.parse(record.slice(0, 24))).toBeGreaterThanOrEqual(before);
		expect(Date.parse(record.slice(0, 24))).toBeLessThanOrEqual(Date.now());
	}
});

test('runs have their logs apart, and a name may hold dots', async () => {
	const logger = new Logger().start();
	logger.open(3, 'r.web.1.out').write('err', 'run\n');
	logger.open(4, 'd.web.1.out').write('out', 'daemon\n');
	expect(await logger.recorded('runs/web.1.out', 1)).toEqual(['e run']);
	expect(await logger.recorded('web.1.out', 1)).toEqual(['o daemon']);
});

test('FIFOs that were there before it are found, and what is none of ours is left alone', async () => {
	const logger = new Logger();
	const strangers = ['99999.d.web.out', '0.x.web.out', '0.d.web.log', '1.d..out', 'x.d.web.out', '0.out'];
	for (const name of strangers) {
		fs.writeFileSync(path.join(logger.fifos, name), 'hands off\n');
	}
	fs.writeFileSync(path.join(logger.fifos, '7.d.file.out'), 'no FIFO\n');
	fs.symlinkSync('/dev/null', path.join(logger.fifos, '8.d.link.out'));
	logger.open(0, 'd.web').write('out', 'early\n');
	logger.start();
	expect(await logger.recorded('web', 1)).toEqual(['o early']);
	expect(fs.readdirSync(logger.logs)).toEqual(['web.log']);
	expect(fs.readdirSync(logger.fifos)).toHaveLength(strangers.length + 4);
});

test('there is no file before the first line', async () => {
	const logger = new Logger().start();
	const pair = logger.open(0, 'd.quiet');
	pair.write('out', 'no end yet');
	await until(() => logger.busy(0)[0] || undefined);
	logger.open(1, 'd.other').write('out', 'x\n');
	await logger.recorded('other', 1);
	expect(fs.readdirSync(logger.logs)).toEqual(['other.log']);
});

test('a stream is busy as long as a line of it has no end', async () => {
	const logger = new Logger().start();
	const pair = logger.open(0, 'd.web');
	pair.write('out', 'begin');
	await until(() => logger.busy(0)[0] || undefined);
	expect(logger.busy(0)).toEqual([true, false]);
	pair.write('err', 'whole\n');
	await logger.recorded('web', 1);
	pair.write('out', 'ning\n');
	expect(await logger.recorded('web', 2)).toEqual(['e whole', 'o beginning']);
	await until(() => (logger.busy(0)[0] ? undefined : true));
	expect(logger.busy(0)).toEqual([false, false]);
});

test('nothing unread and not busy means that all is in the file', async () => {
	const logger = new Logger().start();
	const pair = logger.open(0, 'd.web');
	const unread = fs.openSync(pair.paths[0] ?? '', fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
	onTestFinished(() => fs.closeSync(unread));
	const lines = 65_536; // each an empty one: what a single read can become takes its time to write
	for (let i = 1; i <= 5; i++) {
		pair.write('out', '\n'.repeat(lines));
		await until(() => (native.unread(unread) > 0 || logger.busy(0)[0] ? undefined : true));
		expect(fs.statSync(path.join(logger.logs, 'web.log')).size).toBe(i * lines * 28);
	}
});

test('a retired slot is done when all is in the file, an unfinished line ended and the FIFOs gone', async () => {
	const logger = new Logger().start();
	const pair = logger.open(0, 'd.web');
	pair.write('out', 'one\nlast');
	pair.write('err', 'also last');
	pair.close();
	logger.retire(0);
	await logger.done(0);
	expect(logger.records('web').toSorted()).toEqual(['e also last', 'o last', 'o one']);
	expect(logger.busy(0)).toEqual([false, false]);
	expect(fs.readdirSync(logger.fifos)).toEqual([]);
});

test('a slot that is retired before it heard of its FIFOs is read and done', async () => {
	const logger = new Logger().start();
	await logger.woken();
	await logger.pause();
	logger.retire(0); // wakes it; only then is there something else
	const pair = logger.open(1, 'r.short');
	pair.write('out', 'x'.repeat(65_000));
	pair.close();
	logger.retire(1);
	logger.resume();
	await logger.done(1);
	expect(logger.records('runs/short')).toEqual([`o ${'x'.repeat(65_000)}`]);
});

test('slots come and go by the dozen', async () => {
	const logger = new Logger().start();
	for (let slot = 0; slot < 50; slot++) {
		const pair = logger.open(slot, `r.run-${slot}`);
		pair.write('out', 'x'.repeat(20_000));
		pair.close();
		logger.retire(slot);
	}
	for (let slot = 0; slot < 50; slot++) {
		await logger.done(slot);
		expect(logger.records(`runs/run-${slot}`)).toEqual([`o ${'x'.repeat(20_000)}`]);
	}
});

test('a child that is left over still gets its lines in, and the slot is done when it ends', async () => {
	const logger = new Logger().start();
	const pair = logger.open(0, 'd.web');
	const child = spawn('sh', ['-c', 'read line; echo late; read line; echo last'], {
		stdio: ['pipe', pair.out, 'ignore'],
	});
	pair.write('out', 'early\n');
	pair.close();
	logger.retire(0);
	child.stdin?.write('go on\n');
	expect(await logger.recorded('web', 2)).toEqual(['o early', 'o late']);
	expect(logger.state(0)).toBe(logState.retired);
	child.stdin?.write('end\n');
	await logger.done(0);
	expect(logger.records('web')).toEqual(['o early', 'o late', 'o last']);
});

test('a retired slot whose FIFOs somebody removed is done too', async () => {
	const logger = new Logger().start();
	const pair = logger.open(0, 'd.web');
	pair.write('out', 'one\n');
	await logger.recorded('web', 1);
	fs.rmSync(pair.paths[0] ?? '');
	fs.rmSync(pair.paths[1] ?? '');
	await logger.pause();
	logger.retire(0);
	pair.write('out', 'two');
	logger.resume();
	await logger.done(0);
	expect(logger.records('web')).toEqual(['o one', 'o two']);
});

test('a slot serves another name when it was done', async () => {
	const logger = new Logger().start();
	for (const name of ['web', 'api', 'web']) {
		const pair = logger.open(0, `d.${name}`);
		pair.write('out', `${name}\n`);
		pair.close();
		logger.retire(0);
		await logger.done(0);
	}
	expect(logger.records('web')).toEqual(['o web', 'o web']);
	expect(logger.records('api')).toEqual(['o api']);
});

test('a FIFO that a killed archond left in the place of a new one is given up', async () => {
	const logger = new Logger();
	logger.open(0, 'd.old').write('out', 'old\n');
	logger.start();
	await logger.recorded('old', 1);
	const pair = logger.open(0, 'd.new');
	pair.write('out', 'new\n');
	expect(await logger.recorded('new', 1)).toEqual(['o new']);
	await until(() => (fs.readdirSync(logger.fifos).length === 2 ? true : undefined));
	fs.rmSync(pair.paths[0] ?? '');
	fs.rmSync(pair.paths[1] ?? '');
	logger.open(0, 'd.new').write('out', 'made again\n');
	expect(await logger.recorded('new', 2)).toEqual(['o new', 'o made again']);
});
