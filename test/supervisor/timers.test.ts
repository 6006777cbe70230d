import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { State } from '../../src/process/state.ts';
import { plainService } from '../../src/service/defaults.ts';
import type { Service, Timer } from '../../src/service/service.ts';
import type { Entry } from '../../src/supervisor/entry.ts';
import { serviceEntry } from '../../src/supervisor/new-entry.ts';
import { Timers } from '../../src/supervisor/timers.ts';
import { running } from './entries.ts';

const day = 24 * 3_600_000;
const every = { tag: 'every', every: 1000, overlap: false } as const;
const cron = { tag: 'cron', cron: '0 3 * * *', timezone: 'UTC', overlap: false } as const;
const waiting: State = { tag: 'waiting', why: '' };

beforeEach(() => {
	vi.useFakeTimers({ now: Date.parse('2026-11-21T16:00:00Z') });
});
afterEach(() => {
	vi.useRealTimers();
});

/** Timers of which everything they do is written down; a firing does not change a life by itself. */
function timing() {
	const done: string[] = [];
	let moved = () => {};
	let room = 0;
	let onFire = () => {};
	const rearmed: string[] = [];
	const timers: Timers = new Timers({
		now: () => ({ wall: Date.now(), steady: performance.now() }),
		onClockMoved: (then) => {
			done.push('clock watched');
			moved = then;
		},
		apply: (entry, { tag }) => {
			done.push(`${tag} ${entry.name}`);
			if (tag === 'fire') {
				onFire();
			} else {
				entry.life = { ...entry.life, state: { tag: 'waiting', why: timers.held(entry) ?? '' } };
			}
		},
		further: {
			isRoom: () => room > 0,
			begin: (entry) => {
				room--;
				done.push(`further ${entry.name}`);
			},
		},
		rearmed: (entry) => rearmed.push(entry.name),
		tell: (entry, fields) => done.push(['timer', entry.name, ...fields].join(' ')),
	});
	return {
		timers,
		rearmed,
		/** What was done since this was last asked. */
		done: () => done.splice(0),
		moveClock: (ms: number) => {
			vi.setSystemTime(Date.now() + ms);
			moved();
		},
		onFire: (then: () => void) => {
			onFire = then;
		},
		makeRoom: (count: number) => {
			room = count;
		},
	};
}

function entryOf(timer: Timer | undefined, state: State, name = 'job'): Entry {
	const service: Service = { ...plainService, name, run: ['job'], timer };
	const entry = serviceEntry(service, 0, true);
	become(entry, state);
	return entry;
}

function become(entry: Entry, state: State): void {
	entry.life = { ...entry.life, state };
}

test('how long it is until it fires can be asked', () => {
	const { timers } = timing();
	const job = entryOf(every, waiting);
	expect(timers.left(job)).toBeUndefined();
	timers.changed(job);
	expect(timers.left(job)).toBe(1000);
	vi.advanceTimersByTime(400);
	expect(timers.left(job)).toBe(600);
});

test('between firings it is held, and the reason is its next time', () => {
	const { timers } = timing();
	expect(timers.held(entryOf(every, waiting))).toBe('next at 2026-11-21T16:00:01+00:00');
	expect(timers.held(entryOf(cron, { tag: 'stopped' }))).toBe('next at 2026-11-22T03:00:00+00:00');
});

test('one without a timer, or that has a process or is to be restarted, is not held', () => {
	const { timers } = timing();
	const states: State[] = [running, { tag: 'backoff', until: 0 }, { tag: 'exited' }];
	expect(states.map((state) => timers.held(entryOf(every, state)))).toEqual(states.map(() => undefined));
	expect(timers.held(entryOf(undefined, waiting))).toBeUndefined();
	expect(vi.getTimerCount()).toBe(0);
});

test('what waits without a reason is told it, once', () => {
	const { timers, done } = timing();
	const entry = entryOf(every, waiting);
	timers.changed(entry);
	timers.changed(entry);
	expect([done(), entry.life.state]).toEqual([
		['hold job'],
		{ tag: 'waiting', why: 'next at 2026-11-21T16:00:01+00:00' },
	]);
});

test('what waits for something else keeps that reason', () => {
	const { timers, done } = timing();
	timers.changed(entryOf(every, { tag: 'waiting', why: 'db is starting' }));
	expect(done()).toEqual([]);
});

test('its time comes again and again, and each time it is due until it has started', () => {
	const { timers, done } = timing();
	const entry = entryOf(every, waiting);
	timers.changed(entry);
	done();
	vi.advanceTimersByTime(999);
	expect(done()).toEqual([]);
	vi.advanceTimersByTime(1);
	expect([done(), timers.held(entry)]).toEqual([['timer job', 'fire job'], undefined]);
	become(entry, running);
	timers.changed(entry);
	become(entry, waiting);
	timers.changed(entry);
	expect(timers.held(entry)).toBe('next at 2026-11-21T16:00:02+00:00');
	vi.advanceTimersByTime(1000);
	expect(done()).toEqual(['hold job', 'timer job', 'fire job']);
});

test('one that waits for something else when its time has come stays due, and the next firing says so', () => {
	const { timers, done } = timing();
	const entry = entryOf(every, { tag: 'waiting', why: 'db is starting' });
	timers.changed(entry);
	vi.advanceTimersByTime(2000);
	expect(done()).toEqual(['timer job', 'fire job', 'timer job reason=still waiting', 'fire job']);
	expect(timers.held(entry)).toBeUndefined();
});

test.each<State>([
	running,
	{ tag: 'paused', since: 0, frozen: 0 },
	{ tag: 'starting', first: false, spawned: false, since: 0 },
])('what fires while it still runs is told and left out: %o', (state) => {
	const { timers, done } = timing();
	timers.changed(entryOf(every, state));
	vi.advanceTimersByTime(1000);
	expect(done()).toEqual(['timer job reason=still running']);
});

test('with overlap it is a further run, as long as there is room', () => {
	const { timers, done, makeRoom } = timing();
	makeRoom(1);
	timers.changed(entryOf({ ...every, overlap: true }, running));
	vi.advanceTimersByTime(2000);
	expect(done()).toEqual(['timer job', 'further job', 'timer job reason=still running']);
});

test.each<State>([
	{ tag: 'backoff', until: 0 },
	{ tag: 'failed', why: { tag: 'degraded', why: '' } },
])('a failing one is started by the next firing: %o', (state) => {
	const { timers, done } = timing();
	timers.changed(entryOf(every, state));
	vi.advanceTimersByTime(1000);
	expect(done()).toEqual(['timer job', 'fire job']);
});

test('a Start by request does not wait for the time, and leaves the next firing where it is', () => {
	const { timers } = timing();
	const entry = entryOf(every, waiting);
	timers.changed(entry);
	vi.advanceTimersByTime(400);
	timers.asked(entry);
	expect(timers.held(entry)).toBeUndefined();
	become(entry, running);
	timers.changed(entry);
	become(entry, waiting);
	expect(timers.held(entry)).toBe('next at 2026-11-21T16:00:01+00:00');
});

test('a stopped one fires no more, and begins anew when it is started', () => {
	const { timers, done } = timing();
	const entry = entryOf(every, waiting);
	timers.changed(entry);
	done();
	become(entry, { tag: 'stopped' });
	timers.changed(entry);
	vi.advanceTimersByTime(5000);
	expect([done(), vi.getTimerCount()]).toEqual([[], 0]);
	become(entry, running);
	timers.changed(entry);
	vi.advanceTimersByTime(999);
	expect(done()).toEqual([]);
	vi.advanceTimersByTime(1);
	expect(done()).toEqual(['timer job reason=still running']);
});

test('one that is forgotten, or whose service has no timer any more, fires no more', () => {
	const { timers, done } = timing();
	const [one, other] = [entryOf(every, running, 'one'), entryOf(every, running, 'other')];
	timers.changed(one);
	timers.changed(other);
	timers.forget(one);
	other.service = { ...(other.service as Service), timer: undefined };
	timers.changed(other);
	vi.advanceTimersByTime(5000);
	expect(done()).toEqual([]);
});

test('what waits for its time is let go when it has no timer any more', () => {
	const { timers, done } = timing();
	const entry = entryOf(every, { tag: 'waiting', why: 'next at 2026-11-21T16:00:01+00:00' });
	timers.changed(entry);
	done();
	entry.service = { ...(entry.service as Service), timer: undefined };
	timers.changed(entry);
	timers.changed(entry);
	expect(done()).toEqual(['release job']);
});

test('another timer begins anew, the same one goes on', () => {
	const { timers, done } = timing();
	const entry = entryOf(every, running);
	timers.changed(entry);
	vi.advanceTimersByTime(600);
	entry.service = { ...(entry.service as Service), timer: { ...every } };
	timers.changed(entry);
	vi.advanceTimersByTime(400);
	expect(done()).toEqual(['timer job reason=still running']);
	entry.service = { ...(entry.service as Service), timer: { ...every, every: 100 } };
	timers.changed(entry);
	vi.advanceTimersByTime(100);
	expect(done()).toEqual(['timer job reason=still running']);
});

test('a cron expression fires at its time, further away than a timeout can wait', () => {
	const { timers, done } = timing();
	const entry = entryOf({ ...cron, cron: '0 0 1 1 *' }, running);
	timers.changed(entry);
	vi.advanceTimersByTime(40.25 * day);
	expect(done()).toEqual(['clock watched']);
	vi.advanceTimersByTime(day / 4);
	expect([new Date().toISOString(), done()]).toEqual([
		'2027-01-01T04:00:00.000Z',
		['timer job reason=still running'],
	]);
});

test('a clock that is set forward over its time fires it once, at once', () => {
	const { timers, done, moveClock } = timing();
	timers.changed(entryOf(cron, running));
	done();
	moveClock(3 * day);
	expect(done()).toEqual(['timer job reason=still running']);
	vi.advanceTimersByTime(11 * 3_600_000);
	expect(done()).toEqual(['timer job reason=still running']);
});

test('a clock that is set back puts the next time off, and the reason says so', () => {
	const { timers, done, moveClock } = timing();
	const entry = entryOf(cron, waiting);
	timers.changed(entry);
	done();
	moveClock(-day);
	expect([done(), entry.life.state]).toEqual([
		['hold job'],
		{ tag: 'waiting', why: 'next at 2026-11-21T03:00:00+00:00' },
	]);
	vi.advanceTimersByTime(11 * 3_600_000);
	expect(done()).toEqual(['timer job', 'fire job']);
});

test('every does not mind the clock', () => {
	const { timers, done, moveClock } = timing();
	timers.changed(entryOf(cron, running, 'other'));
	timers.changed(entryOf(every, running));
	done();
	moveClock(-day);
	vi.advanceTimersByTime(999);
	expect(done()).toEqual([]);
	vi.advanceTimersByTime(1);
	expect(done()).toEqual(['timer job reason=still running']);
});

test('a thousand timers need one timeout, and nothing wakes between firings', () => {
	const { timers, done } = timing();
	for (let n = 0; n < 1000; n++) {
		timers.changed(entryOf({ ...every, every: day + n }, running, `job${n}`));
	}
	expect(vi.getTimerCount()).toBe(1);
	vi.advanceTimersByTime(day - 1);
	expect(done()).toEqual([]);
	vi.advanceTimersByTime(1000);
	expect([done().length, vi.getTimerCount()]).toEqual([1000, 1]);
});

test('what a firing made somebody forget fires no more at the same time', () => {
	const { timers, done, onFire } = timing();
	const [one, other] = [entryOf(every, waiting, 'one'), entryOf(every, running, 'other')];
	timers.changed(one);
	timers.changed(other);
	done();
	onFire(() => {
		timers.forget(other);
	});
	vi.advanceTimersByTime(3000);
	expect(done().filter((it) => it.includes('other'))).toEqual([]);
});

test('that it fires at another time from now on is told, also where nothing else comes of it', () => {
	const { timers, rearmed, moveClock } = timing();
	timers.changed(entryOf(every, running));
	timers.changed(entryOf(cron, running, 'other'));
	vi.advanceTimersByTime(1000);
	expect(rearmed.splice(0)).toEqual(['job']);
	moveClock(-1);
	expect(rearmed).toEqual(['other']);
});
