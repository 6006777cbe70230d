import { describe, expect, it } from 'vitest';
import type { State } from '../../../src/process/state.ts';
import {
	forConnection,
	isDoneOneshot,
	isGoing,
	isInPlay,
	isListening,
	isStartable,
	isSupporting,
	standingOf,
	startOf,
} from '../../../src/supervisor/graph/standing.ts';
import { entryIn, mainOf, running } from '../entries.ts';

const starting = (spawned: boolean): State => ({ tag: 'starting', first: false, spawned, since: 0 });
const stopping = (afterwards: 'stop' | 'start' | 'return' | 'settle'): State => ({
	tag: 'stopping',
	main: true,
	afterwards,
	forced: false,
	end: undefined,
	fault: undefined,
	since: 1,
});
const waiting: State = { tag: 'waiting', why: '' };
const stopped: State = { tag: 'stopped' };
const oneshot = () => {
	const entry = entryIn({ tag: 'exited' });
	entry.spec = { ...entry.spec, ready: 'end' };
	return entry;
};

describe('how an entry stands', () => {
	it('is up when it is ready and stays so', () => {
		expect(standingOf(entryIn(running), undefined, false)).toBe('up');
		expect(standingOf(oneshot(), undefined, false)).toBe('up');
		expect(standingOf(entryIn(running), { how: 'stop' }, false)).toBe('down');
		expect(standingOf(entryIn(running), { how: 'hold' }, false)).toBe('coming');
		expect(standingOf(oneshot(), { how: 'restart' }, false)).toBe('coming');
	});

	it('is coming while it starts, waits for what comes, or ends to come back', () => {
		const coming = [starting(false), starting(true), waiting, stopping('start'), stopping('return')];
		expect(coming.map((state) => standingOf(entryIn(state), undefined, false))).toEqual(
			coming.map(() => 'coming'),
		);
	});

	it('is down otherwise, also where it waits for what is down itself', () => {
		const down: State[] = [
			stopped,
			{ tag: 'exited' },
			{ tag: 'backoff', until: 1 },
			{ tag: 'paused', since: 1, frozen: 1 },
			stopping('stop'),
			stopping('settle'),
		];
		expect(down.map((state) => standingOf(entryIn(state), undefined, false))).toEqual(down.map(() => 'down'));
		expect(standingOf(entryIn(waiting), undefined, true)).toBe('down');
	});

	it('holds up others while the same start is there, reloading or frozen', () => {
		const at = (state: State, start: number) => entryIn(state, { process: mainOf(7, { start }) });
		expect(isSupporting(at(running, 5), undefined)).toBe(true);
		expect(isSupporting(at(running, 5), 5)).toBe(true);
		expect(isSupporting(at(running, 6), 5)).toBe(false);
		expect(isSupporting(at(starting(true), 5), 5)).toBe(true);
		expect(isSupporting(at(starting(true), 6), 5)).toBe(false);
		expect(isSupporting(at(starting(false), 5), 5)).toBe(false);
		expect(isSupporting(at({ tag: 'paused', since: 1, frozen: 1 }, 5), 5)).toBe(true);
		expect(isSupporting(entryIn(stopped), 5)).toBe(false);
		expect(isSupporting(oneshot(), 5)).toBe(true);
		expect([startOf(at(running, 5)), startOf(entryIn(stopped))]).toEqual([5, -1]);
	});

	it('tells what a start and a stop have to do with it', () => {
		expect([running, starting(true), stopped, waiting].map((it) => isInPlay(entryIn(it)))).toEqual([
			true,
			true,
			false,
			false,
		]);
		expect([running, starting(true), stopped, waiting].map((it) => isStartable(entryIn(it)))).toEqual([
			false,
			false,
			true,
			true,
		]);
		expect([isDoneOneshot(oneshot()), isStartable(oneshot())]).toEqual([true, false]);
		expect(isGoing(entryIn(stopping('stop')))).toBe(true);
		expect(isGoing(entryIn(stopping('stop'), { remark: 'still there after KILL: 7' }))).toBe(false);
	});
});

describe('one that waits for a connection', () => {
	const listening = entryIn({ tag: 'waiting', why: forConnection });

	it('is up for others: its socket is there', () => {
		expect(isListening(listening)).toBe(true);
		expect(isListening(entryIn(waiting))).toBe(false);
		expect(standingOf(listening, undefined, true)).toBe('up');
		expect(standingOf(listening, { how: 'stop' }, true)).toBe('down');
	});

	it('holds up others while it comes and goes, until it fails', () => {
		const of = { process: mainOf(1, { start: 7 }) };
		expect(isSupporting(listening, undefined)).toBe(true);
		expect(startOf(listening)).toBe(-1);
		expect(isSupporting(entryIn(starting(false), of), -1)).toBe(true);
		expect(isSupporting(entryIn(starting(false), of), undefined)).toBe(false);
		expect(isSupporting(entryIn(running, of), -1)).toBe(true);
		expect(isSupporting(listening, 7)).toBe(true);
		expect(isSupporting(entryIn({ tag: 'backoff', until: 1 }), 7)).toBe(false);
	});
});
