import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { logState } from '../../src/keeper/log-places.ts';
import { Logger, program, until } from './logger.ts';

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
	expect(logger.records('ends').toSorted()).toEqual(['e said to nobody', 'o half a line that it has read']);
	expect(await logger.recorded('lives', 2)).toEqual(['o one', 'o two']);
	await until(() => (logger.busy(0)[0] ? undefined : true));
});

test('started again, it wakes the daemon and still has what had no end', async () => {
	const logger = new Logger().start();
	await logger.woken();
	logger.open(0, 'd.web').write('out', 'half');
	await until(() => logger.busy(0)[0] || undefined);
	await logger.end('SIGKILL');
	await logger.start().woken();
	expect(logger.busy(0)).toEqual([true, false]);
	logger.open(1, 'd.other').write('out', 'x\n');
	await logger.recorded('other', 1);
	expect(logger.records('web')).toEqual([]);
});

test('TERM: all that is in the FIFOs is written, unfinished lines too, and it exits 0', async () => {
	const logger = new Logger().start();
	await logger.woken();
	await logger.pause();
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
	const children = Array.from({ length: 4 }, () => spawn('yes', { stdio: ['ignore', loud.out, 'ignore'] }));
	onTestFinished(async () => {
		for (const child of children) {
			child.kill('SIGKILL');
			await once(child, 'exit');
		}
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
