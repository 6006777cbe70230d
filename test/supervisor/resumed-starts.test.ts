import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Ledger, slotState } from '../../src/keeper/ledger.ts';
import type { State } from '../../src/process/state.ts';
import { BegunStarts } from '../../src/supervisor/begun-starts.ts';
import { ResumedStarts } from '../../src/supervisor/resumed-starts.ts';
import { entryIn, mainOf } from './entries.ts';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

const slot = 3;
const starting: State = { tag: 'starting', first: true, spawned: false, since: 0 };

/** A start was begun in that slot; no descriptor of its process is to be had so many times. */
function begun({ shortages = 0, isRunning = true } = {}) {
	const said: string[] = [];
	const entry = entryIn(starting);
	const ledger = { pid: () => 0, start: () => 1, state: () => slotState.exited } as unknown as Ledger;
	const starts = { begun: new BegunStarts(ledger), executed: () => undefined };
	let left = shortages;
	const resumed = new ResumedStarts({
		ledger,
		starts,
		ends: { settleOne: (it) => said.push(`ended ${it}`) },
		interpreter: { resume: ({ name }) => said.push(`ends ${name}`) },
		adopt: (it, at) => {
			if (left-- > 0) {
				throw new Error('process 7 cannot be taken over: EMFILE');
			}
			it.process = mainOf(7, { slot: at });
			return isRunning;
		},
		regain: ({ name }) => said.push(`regains ${name}`),
		onFault: (fault) => said.push(String(fault)),
	});
	starts.begun.add(entry, slot);
	return { entry, resumed, said };
}

const told = '"web": process 7 cannot be taken over: EMFILE; this is tried again each second';

test('the next start of an entry takes the process that is there, once', () => {
	const { entry, resumed, said } = begun();
	expect([resumed.resume(entry), resumed.resume(entry)]).toEqual([true, false]);
	expect([said, entry.process?.slot]).toEqual([['regains web'], slot]);
});

test('one of which no descriptor is to be had is told of once, and taken when there is', () => {
	const { entry, resumed, said } = begun({ shortages: 3 });
	expect(resumed.resume(entry)).toBe(true);
	vi.advanceTimersByTime(2999);
	expect([said, entry.process]).toEqual([[told], undefined]);
	vi.advanceTimersByTime(1);
	expect([said, entry.process?.slot]).toEqual([[told, 'regains web'], slot]);
	vi.advanceTimersByTime(10_000);
	expect([said.length, resumed.resume(entry)]).toEqual([2, false]);
});

test('another start meanwhile is that one, and one that was to be stopped meanwhile is ended', () => {
	const { entry, resumed, said } = begun({ shortages: 1 });
	resumed.resume(entry);
	resumed.resume(entry);
	expect(entry.process?.slot).toBe(slot);
	vi.advanceTimersByTime(10_000);
	expect(said).toEqual([told, 'regains web']);
	const stopped = begun({ shortages: 1 });
	stopped.resumed.resume(stopped.entry);
	const stopping = { main: true, forced: false, end: undefined, fault: undefined, since: 0 };
	const state: State = { tag: 'stopping', afterwards: 'stop', ...stopping };
	stopped.entry.life = { ...stopped.entry.life, state };
	vi.advanceTimersByTime(1000);
	expect(stopped.said).toEqual([told, 'regains web', 'ends web']);
});

test('one that has ended meanwhile is settled', async () => {
	const { entry, resumed, said } = begun({ shortages: 1, isRunning: false });
	resumed.resume(entry);
	vi.advanceTimersByTime(1000);
	await Promise.resolve();
	expect(said).toEqual([told, 'regains web', `ended ${slot}`]);
});
