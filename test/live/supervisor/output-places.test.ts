import { execFileSync } from 'node:child_process';
import {
	closeSync,
	constants,
	existsSync,
	mkdirSync,
	openSync,
	rmSync,
	statSync,
	writeFileSync,
	writeSync,
} from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { logState } from '../../../src/keeper/log-places.ts';
import type { LogPair } from '../../../src/supervisor/output.ts';
import { begin, descriptors, readAll, writer } from './outputs.ts';

describe('where no pair can be made', () => {
	it('what an archond that was killed left there is replaced', () => {
		const { take, directory } = begin();
		execFileSync('mkfifo', [`${directory}/0.r.ls.out`]);
		writeFileSync(`${directory}/0.r.ls.err`, 'no FIFO');
		const old = openSync(`${directory}/0.r.ls.out`, constants.O_RDWR);
		onTestFinished(() => closeSync(old));
		writeSync(old, 'left over');
		const pair = take('run', 'ls');
		expect(pair.paths.every((path) => statSync(path).isFIFO())).toBe(true);
		expect(readAll(pair)).toBe(',');
		writer(pair.paths[0])('new');
		expect(readAll(pair)).toBe('new,');
	});

	it('all 16384 places may be taken, and one that is given back is enough', () => {
		const { output, take, ledger } = begin();
		const pair = take('run', 'ls');
		writer(pair.paths[0])('x');
		output.give(pair);
		while (ledger.logs.claim() !== undefined);
		expect(output.take('run', 'cat')).toEqual({
			refused: 'all places for logs are taken: end or remove some processes',
		});
		rmSync(pair.paths[0]);
		rmSync(pair.paths[1]);
		ledger.logs.setState(pair.log, logState.done);
		expect(take('run', 'cat').log).toBe(0);
	});

	it('the reason says what the system said, and nothing is kept', () => {
		const before = descriptors();
		const { output, directory, ledger, sent } = begin();
		rmSync(directory, { recursive: true });
		expect(output.take('run', 'ls')).toEqual({
			refused: expect.stringMatching(
				/^cannot make a pipe for its output: mkfifo .*0\.r\.ls\.out: no such file or directory$/,
			),
		});
		mkdirSync(`${directory}/0.r.ls.err`, { recursive: true });
		expect(output.take('run', 'ls')).toEqual({
			refused: expect.stringMatching(/^cannot make a pipe for its output: /),
		});
		expect([existsSync(`${directory}/0.r.ls.out`), ledger.logs.state(0), sent, descriptors()]).toEqual([
			false,
			logState.free,
			[],
			before + 1,
		]);
	});
});

describe('what a daemon that died had open', () => {
	it('is retired, and given back when archon-log is done', () => {
		const { take, output, directory, memory } = begin();
		const pairs = [take('daemon', 'web'), take('run', 'ls'), take('run', 'cat')];
		output.give(pairs[2] as LogPair);
		const next = begin(directory, memory);
		next.output.takeOver();
		expect(pairs.map(({ log }) => next.ledger.logs.state(log))).toEqual(Array(3).fill(logState.retired));
		expect(next.wakes()).toBe(1);
		expect(next.take('run', 'ls').log).toBe(3);
		next.done(pairs[1] as LogPair);
		expect([next.sent.at(-1), next.finished, next.ledger.logs.state(1)]).toEqual([
			'Drop,l1',
			['run'],
			logState.free,
		]);
	});

	it('may be done already, or have been nothing', () => {
		const { take, directory, memory, ledger } = begin();
		const pair = take('run', 'ls');
		ledger.logs.setState(pair.log, logState.done);
		const next = begin(directory, memory);
		next.output.takeOver();
		expect([next.sent, next.ledger.logs.state(0)]).toEqual([['Drop,l0'], logState.free]);
	});
});

describe('settled', () => {
	const never = 600_000;

	it('is at once what was never written, or by another name', async () => {
		const { output, take } = begin();
		await output.settled('ls', never);
		const pair = take('run', 'cat');
		writer(pair.paths[0])('x');
		output.give(pair);
		await output.settled('ls', never);
	});

	it('is what an ended process wrote as soon as it is read, or archon-log is done', async () => {
		for (const how of ['read', 'done'] as const) {
			const { output, take, done } = begin();
			const pair = take('run', 'ls');
			writer(pair.paths[0])('x');
			output.give(pair);
			let isSettled = false;
			const settled = output.settled('ls', never).then(() => {
				isSettled = true;
			});
			output.collect();
			await Promise.resolve();
			expect(isSettled).toBe(false);
			if (how === 'read') {
				readAll(pair);
				output.collect();
			} else {
				done(pair);
			}
			await settled;
		}
	});

	it('is waited for only so long', async () => {
		const { output, take } = begin();
		const pair = take('run', 'ls');
		writer(pair.paths[0])('x');
		output.give(pair);
		await output.settled('ls', 1);
	});

	it('is what a process of a daemon that died wrote once archon-log is done with it', async () => {
		const { take, directory, memory } = begin();
		const pair = take('run', 'ls');
		writer(pair.paths[0])('x');
		const next = begin(directory, memory);
		next.output.takeOver();
		let isSettled = false;
		const settled = next.output.settled('ls', never).then(() => {
			isSettled = true;
		});
		next.output.collect();
		await Promise.resolve();
		expect(isSettled).toBe(false);
		next.done(pair);
		await settled;
	});
});
