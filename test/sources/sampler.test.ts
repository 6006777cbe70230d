import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Sampler } from '../../src/sources/sampler.ts';
import type { Want } from '../../src/sources/source.ts';
import type { Entry } from '../../src/supervisor/entry.ts';
import type { Used } from '../../src/supervisor/usage.ts';
import { entryIn, mainOf, running } from '../supervisor/entries.ts';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

const sample: Want = { type: 'process.sample', when: {}, except: {} };
const other: Want = { ...sample, when: { name: { is: 'glob', glob: 'x' } } };

function sampling(asked: (want: Want) => Entry[]) {
	const lines: string[] = [];
	const faults: unknown[] = [];
	const measured: string[][] = [];
	let every = 1000;
	let measure = async (all: readonly Entry[], tell: (used: Used) => void): Promise<void> => {
		for (const entry of all) {
			tell({ entry, processes: 2, rss: 4096, cpu: 12.345, fds: 9 });
		}
	};
	const sampler = new Sampler({
		asked,
		measure: (all, tell) => {
			measured.push(all.map(({ name }) => name));
			return measure(all, tell);
		},
		every: () => every,
		tell: (type, name, fields) => lines.push([type, name, ...fields].join(' ')),
		onFault: (fault) => faults.push(fault),
	});
	return {
		sampler,
		lines,
		faults,
		measured,
		setEvery: (ms: number) => {
			every = ms;
		},
		measuring: (by: typeof measure) => {
			measure = by;
		},
	};
}

function web(of: Partial<Entry> = {}): Entry {
	return entryIn(running, { process: mainOf(7, { start: 3 }), ...of });
}

test('each that somebody asks about is told once in that time', async () => {
	const entry = web();
	const { sampler, lines, measured } = sampling(() => [entry]);
	sampler.want([sample, other]);
	await vi.advanceTimersByTimeAsync(999);
	expect(lines).toEqual([]);
	await vi.advanceTimersByTimeAsync(1);
	expect(lines).toEqual(['process.sample web pid=7 start=3 processes=2 rss=4096 cpu=12.3 fds=9 restarts=0']);
	await vi.advanceTimersByTimeAsync(2000);
	expect([lines.length, measured]).toEqual([3, [['web'], ['web'], ['web']]]);
});

test('a foreign process has no number of its start; one without a process is not looked at', async () => {
	const foreign = entryIn(running, { name: 'x', kind: 'foreign', process: mainOf(8, { start: -1 }) });
	const born = entryIn(running, { name: 'y', process: mainOf(0) });
	const { sampler, lines, measured } = sampling(() => [foreign, entryIn({ tag: 'stopped' }), born]);
	sampler.want([sample]);
	await vi.advanceTimersByTimeAsync(1000);
	expect([lines, measured]).toEqual([
		['process.sample x pid=8 processes=2 rss=4096 cpu=12.3 fds=9 restarts=0'],
		[['x']],
	]);
});

test('one that ended or began anew while it was looked at is not told', async () => {
	const [ended, again, stays] = [web({ name: 'a' }), web({ name: 'b' }), web({ name: 'c' })];
	const { sampler, lines, measuring } = sampling(() => [ended, again, stays]);
	measuring(async (all, tell) => {
		ended.process = undefined;
		again.process = mainOf(9);
		for (const entry of all) {
			tell({ entry, processes: 1, rss: 0, cpu: 0, fds: 0 });
		}
	});
	sampler.want([sample]);
	await vi.advanceTimersByTimeAsync(1000);
	expect(lines.map((line) => line.split(' ')[1])).toEqual(['c']);
});

test('nothing is left of it when nobody wants it, not even the rest of a look', async () => {
	const { sampler, lines, measuring } = sampling(() => [web()]);
	let tellLate = () => {};
	measuring(async ([entry], tell) => {
		await new Promise<void>((resolve) => {
			tellLate = resolve;
		});
		tell({ entry: entry as Entry, processes: 1, rss: 0, cpu: 0, fds: 0 });
	});
	sampler.want([sample]);
	expect(vi.getTimerCount()).toBe(1);
	await vi.advanceTimersByTimeAsync(1000);
	sampler.want([]);
	expect(vi.getTimerCount()).toBe(0);
	tellLate();
	await vi.advanceTimersByTimeAsync(5000);
	expect(lines).toEqual([]);
});

test('a look that takes longer is not overtaken, and one that fails is a fault and no more', async () => {
	const { sampler, lines, measured, measuring, faults } = sampling(() => [web()]);
	let fail = (_: unknown) => {};
	measuring(
		() =>
			new Promise((_, reject) => {
				fail = reject;
			}),
	);
	sampler.want([sample]);
	await vi.advanceTimersByTimeAsync(3000);
	expect(measured).toHaveLength(1);
	fail(new Error('a mistake'));
	measuring(async ([entry], tell) => tell({ entry: entry as Entry, processes: 1, rss: 0, cpu: 0, fds: 0 }));
	await vi.advanceTimersByTimeAsync(1000);
	expect([faults, lines.length]).toEqual([[new Error('a mistake')], 1]);
});

test('other wants keep its time, another time does not', async () => {
	const entry = web();
	const { sampler, lines, setEvery } = sampling(() => [entry]);
	sampler.retimed();
	expect(vi.getTimerCount()).toBe(0);
	sampler.want([sample]);
	await vi.advanceTimersByTimeAsync(600);
	sampler.want([sample, other]);
	sampler.retimed();
	await vi.advanceTimersByTimeAsync(400);
	expect(lines).toHaveLength(1);
	setEvery(100);
	sampler.retimed();
	await vi.advanceTimersByTimeAsync(1000);
	expect(lines).toHaveLength(11);
	sampler.close();
	expect(vi.getTimerCount()).toBe(0);
});
