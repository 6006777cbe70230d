import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { logState } from '../../../src/keeper/log-places.ts';
import { begin, limitsOf, writer } from './outputs.ts';

const max = 5 * 2 ** 20;

test('a pair comes with the limits of its log, 10 MiB and 5 files where nothing is said', () => {
	const { take, memory, wakes } = begin();
	expect(limitsOf(memory, take('run', 'ls'))).toEqual([5, 10 * 2 ** 20, 0]);
	expect(limitsOf(memory, take('daemon', 'web', undefined, { max, keep: 1 }))).toEqual([1, max, 0]);
	expect(wakes()).toBe(0);
});

test('other limits reach the pair that a daemon has, and archon-log hears of it', () => {
	const { output, take, memory, wakes } = begin();
	const pairs = [take('daemon', 'web'), take('run', 'web'), take('daemon', 'api')] as const;
	output.setLimits('web', { max, keep: 2 });
	expect(pairs.map((pair) => limitsOf(memory, pair))).toEqual([
		[2, max, 0],
		[5, 10 * 2 ** 20, 0],
		[5, 10 * 2 ** 20, 0],
	]);
	expect(wakes()).toBe(1);
	output.setLimits('web', { max, keep: 2 });
	output.setLimits('nobody', { max, keep: 2 });
	expect(wakes()).toBe(1);
});

test('and one that waits for the next process of its name, be it then or when that starts', () => {
	const { output, take, memory } = begin();
	const pair = take('daemon', 'web');
	output.give(pair);
	output.setLimits('web', { max, keep: 2 });
	expect(limitsOf(memory, pair)).toEqual([2, max, 0]);
	expect(take('daemon', 'web', undefined, { max, keep: 3 })).toBe(pair);
	expect(limitsOf(memory, pair)).toEqual([3, max, 0]);
});

test('one that is retired keeps its own', () => {
	const { output, take, memory } = begin();
	const pair = take('daemon', 'web');
	writer(pair.paths[0])('x');
	output.give(pair);
	output.setLimits('web', { max, keep: 2 });
	expect(limitsOf(memory, pair)).toEqual([5, 10 * 2 ** 20, 0]);
});

test.runIf(process.getuid?.() === 0)('FIFOs belong to the user that the process runs as', () => {
	const { output, take, ledger } = begin();
	const pair = take('daemon', 'web', { uid: 65534, gid: 65533 });
	const owners = pair.paths.map((path) => [
		statSync(path).uid,
		statSync(path).gid,
		statSync(path).mode & 0o777,
	]);
	expect(owners).toEqual([
		[65534, 65533, 0o600],
		[65534, 65533, 0o600],
	]);
	output.give(pair);
	expect(take('daemon', 'web', { uid: 65534, gid: 65533 })).toBe(pair);
	output.give(pair);
	const ours = take('daemon', 'web');
	expect(statSync(ours.paths[0]).uid).toBe(0);
	expect(ledger.logs.state(pair.log)).toBe(logState.retired);
});
