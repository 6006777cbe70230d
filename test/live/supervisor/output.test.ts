import { closeSync, constants, openSync, statSync, writeSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { logState } from '../../../src/keeper/log-places.ts';
import type { LogPair } from '../../../src/supervisor/output.ts';
import { begin, descriptors, logs, readAll, writer } from './outputs.ts';

describe('a pair of FIFOs', () => {
	it('is named by its place, its kind and the name of the process, and the keeper holds it, too', () => {
		const { take, directory, sent, ledger } = begin();
		const [web, ls] = [take('daemon', 'web.1'), take('run', 'ls')];
		expect(web.paths).toEqual([`${directory}/0.d.web.1.out`, `${directory}/0.d.web.1.err`]);
		expect(ls.paths).toEqual([`${directory}/1.r.ls.out`, `${directory}/1.r.ls.err`]);
		expect([...web.paths, ...ls.paths].every((path) => statSync(path).isFIFO())).toBe(true);
		expect(sent).toEqual(['Store,l0', 'Store,l1']);
		expect([ledger.logs.state(0), ledger.logs.state(1)]).toEqual([logState.open, logState.open]);
	});

	it('is for its owner alone', () => {
		const { take, directory } = begin();
		expect(statSync(take('run', 'ls').paths[0]).mode & 0o777).toBe(0o600);
		expect(statSync(directory).mode & 0o777).toBe(0o700);
	});

	it('that nobody wrote into serves the next process of its name', () => {
		const { output, take, sent, wakes } = begin();
		const first = take('run', 'ls');
		output.give(first);
		expect(take('run', 'ls')).toBe(first);
		expect([sent, wakes()]).toEqual([['Store,l0'], 0]);
	});

	it('is given back once: what is not in use any more, or again by another, stays as it is', () => {
		const { output, take, ledger } = begin();
		const first = take('daemon', 'web');
		output.give(first);
		output.give(first);
		expect(ledger.logs.state(first.log)).toBe(logState.open);
		expect(take('daemon', 'web')).toBe(first);
	});

	it('serves no other name, and no other kind of process', () => {
		const { output, take } = begin();
		const first = take('run', 'ls');
		output.give(first);
		expect(take('run', 'cat').log).toBe(1);
		expect(take('daemon', 'ls').log).toBe(2);
		expect(take('run', 'ls')).toBe(first);
	});

	it('of which all was read serves again, too', () => {
		const { output, take } = begin();
		const pair = take('run', 'ls');
		writer(pair.paths[1])('a line\n');
		expect(readAll(pair)).toBe(',a line\n');
		output.give(pair);
		expect(take('run', 'ls')).toBe(pair);
	});

	it('with unread bytes is retired, and archon-log is woken', async () => {
		for (const stream of [0, 1] as const) {
			const { output, take, ledger, wakes } = begin();
			const pair = take('run', 'ls');
			writer(pair.paths[stream])('x');
			output.give(pair);
			await Promise.resolve();
			expect([ledger.logs.state(pair.log), wakes()]).toEqual([logState.retired, 1]);
			expect(take('run', 'ls').log).not.toBe(pair.log);
		}
	});

	it('of which archon-log holds a line without an end is retired', () => {
		for (const stream of [0, 1] as const) {
			const { output, take, ledger, memory } = begin();
			const pair = take('run', 'ls');
			new Int32Array(memory)[logs + 1 + stream] = 1;
			output.give(pair);
			expect(ledger.logs.state(pair.log)).toBe(logState.retired);
		}
	});

	it('is given back with its place when archon-log is done with it, not before', () => {
		const before = descriptors();
		const { output, take, done, sent, finished, ledger } = begin();
		const [web, ls] = [take('daemon', 'web'), take('run', 'ls')];
		for (const pair of [web, ls]) {
			const fd = openSync(pair.paths[0], constants.O_RDWR);
			writeSync(fd, 'x');
			closeSync(fd);
			output.give(pair);
		}
		output.collect();
		expect([sent, finished]).toEqual([['Store,l0', 'Store,l1'], []]);
		done(ls);
		expect([sent.at(-1), finished, ledger.logs.state(0), ledger.logs.state(1)]).toEqual([
			'Drop,l1',
			['run'],
			logState.retired,
			logState.free,
		]);
		done(web);
		expect([finished, sent.at(-1), descriptors()]).toEqual([['run', 'daemon'], 'Drop,l0', before + 1]);
		expect(take('run', 'cat').log).toBe(0);
	});
});

describe('pairs that wait for the next process of their name', () => {
	it('are 64 at most: the one unused for longest is retired', () => {
		const { output, take, ledger } = begin();
		const pairs = Array.from({ length: 65 }, (_, n) => take('run', `p${n}`));
		for (const pair of pairs.slice(0, 64)) {
			output.give(pair);
		}
		// The first one is used once more: now the second is the oldest.
		output.give(take('run', 'p0'));
		output.give(pairs[64] as LogPair);
		expect(pairs.filter(({ log }) => ledger.logs.state(log) === logState.retired)).toEqual([pairs[1]]);
		expect(take('run', 'p0')).toBe(pairs[0]);
		expect(take('run', 'p64')).toBe(pairs[64]);
	});

	it('are one of each name: the latest stays, and is the one used last', () => {
		const { output, take, ledger } = begin();
		const [first, second] = [take('run', 'p'), take('run', 'p')];
		output.give(first);
		const others = Array.from({ length: 63 }, (_, n) => take('run', `p${n}`));
		for (const pair of others) {
			output.give(pair);
		}
		output.give(second);
		expect(ledger.logs.state(first.log)).toBe(logState.retired);
		output.give(take('run', 'one more'));
		expect([ledger.logs.state(second.log), ledger.logs.state(others[0]?.log ?? -1)]).toEqual([
			logState.open,
			logState.retired,
		]);
	});
});
