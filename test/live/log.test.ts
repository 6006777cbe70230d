import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { logState } from '../../src/keeper/ledger.ts';
import { native } from '../../src/native/index.ts';
import { Logger, program, until } from './logger.ts';

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
	for (let i = 1; i <= 300; i++) {
		pair.write('out', `line ${i}\n`);
		await until(() => (native.unread(unread) > 0 || logger.busy(0)[0] ? undefined : true));
		expect(logger.records('web')).toHaveLength(i);
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

test('a slot that is retired before anyone heard of it is read and done', async () => {
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
	pair.write('out', 'two');
	logger.retire(0);
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

test('killed and started again, it takes what was written meanwhile and ends what was retired', async () => {
	const logger = new Logger().start();
	const lives = logger.open(0, 'd.lives');
	const ends = logger.open(1, 'd.ends');
	lives.write('out', 'one\n');
	await logger.recorded('lives', 1);
	ends.write('out', 'half a line that it has read');
	await until(() => logger.busy(1)[0] || undefined);
	await logger.end('SIGKILL');
	lives.write('out', 'two\n');
	ends.write('err', 'said to nobody');
	ends.close();
	logger.retire(1);
	logger.start();
	await logger.done(1);
	expect(logger.records('ends')).toEqual(['e said to nobody']);
	expect(await logger.recorded('lives', 2)).toEqual(['o one', 'o two']);
	await until(() => (logger.busy(0)[0] ? undefined : true));
});

test('started again, it wakes the daemon and is busy with nothing', async () => {
	const logger = new Logger().start();
	await logger.woken();
	logger.open(0, 'd.web').write('out', 'half');
	await until(() => logger.busy(0)[0] || undefined);
	await logger.end('SIGKILL');
	await logger.start().woken();
	expect(logger.busy(0)).toEqual([false, false]);
});

test('TERM: all that is in the FIFOs is written, unfinished lines too, and it exits 0', async () => {
	const logger = new Logger().start();
	await logger.woken();
	logger.child.kill('SIGSTOP');
	const pairs = Array.from({ length: 20 }, (_, slot) => logger.open(slot, `d.many-${slot}`));
	for (const pair of pairs) {
		pair.write('out', `${'full\n'.repeat(10_000)}half`);
	}
	logger.child.kill('SIGTERM');
	expect(await logger.end('SIGCONT')).toBe(0);
	for (let slot = 0; slot < 20; slot++) {
		const records = logger.records(`many-${slot}`);
		expect(records).toHaveLength(10_001);
		expect(records.at(-1)).toBe('o half');
	}
	expect(logger.state(0)).toBe(logState.open);
});

test('a service that never stops writing keeps neither the others nor the end waiting', async () => {
	const logger = new Logger().start();
	const loud = logger.open(0, 'd.loud');
	const child = spawn('yes', { stdio: ['ignore', loud.out, 'ignore'] });
	onTestFinished(async () => {
		child.kill('SIGKILL');
		await once(child, 'exit');
	});
	await until(() => fs.existsSync(path.join(logger.logs, 'loud.log')) || undefined);
	const quiet = logger.open(1, 'd.quiet');
	for (let i = 1; i <= 20; i++) {
		quiet.write('out', `${i}\n`);
		await logger.recorded('quiet', i);
	}
	expect(await logger.end('SIGTERM')).toBe(0);
});

test('HUP, INT and QUIT are not for it', async () => {
	const logger = new Logger().start();
	await logger.woken();
	for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT'] as const) {
		logger.child.kill(signal);
	}
	logger.open(0, 'd.web').write('out', 'alive\n');
	expect(await logger.recorded('web', 1)).toEqual(['o alive']);
});

test('a full disk: no record is torn, and when there is room again one says how many are missing', async () => {
	const logger = new Logger().start();
	const pair = logger.open(0, 'd.web');
	limitFiles(logger.child.pid, '100');
	const line = 'x'.repeat(30);
	pair.write('out', `${line}\n`.repeat(5));
	await until(() => logger.records('web').length === 1 || undefined);
	await until(() => (logger.busy(0)[0] ? undefined : true));
	expect(fs.readFileSync(path.join(logger.logs, 'web.log'), 'latin1')).toMatch(/x\n$/);
	limitFiles(logger.child.pid, 'unlimited');
	expect(await logger.recorded('web', 2)).toEqual([`o ${line}`, 'a 4 lines dropped']);
	pair.write('out', 'room\n');
	expect(await logger.recorded('web', 3)).toEqual([`o ${line}`, 'a 4 lines dropped', 'o room']);
});

test('wrong usage exits with 2, what is no ledger or no directory with 1 and the reason', () => {
	const logger = new Logger();
	expect(spawnSync(program, [logger.fifos]).status).toBe(2);
	const notOne = spawnSync(program, [logger.fifos, logger.logs], {
		stdio: ['ignore', 'pipe', 'pipe', fs.openSync('/dev/null', 'r+'), 'ignore', 'ignore'],
	});
	expect(notOne.status).toBe(1);
	expect(String(notOne.stderr)).toBe('archon-log: the ledger, descriptor 3: Invalid argument\n');
	const nowhere = spawnSync(program, ['/nonexistent', logger.logs], {
		stdio: ['ignore', 'pipe', 'pipe', logger.ledger, 'ignore', 'ignore'],
	});
	expect(nowhere.status).toBe(1);
	expect(String(nowhere.stderr)).toBe('archon-log: /nonexistent: No such file or directory\n');
});

/** Sets how large a file may become that a process writes (a full disk fails in the same way). */
function limitFiles(pid: number | undefined, bytes: string): void {
	expect(spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]).status).toBe(0);
}
