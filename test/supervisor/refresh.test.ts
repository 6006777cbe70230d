import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { State } from '../../src/process/state.ts';
import { plainService } from '../../src/service/defaults.ts';
import type { Service } from '../../src/service/service.ts';
import type { Outcome } from '../../src/supervisor/aside.ts';
import type { Entry } from '../../src/supervisor/entry.ts';
import { serviceEntry } from '../../src/supervisor/new-entry.ts';
import { Refresh, reloadingWait } from '../../src/supervisor/refresh.ts';
import { Waits } from '../../src/supervisor/waits.ts';
import { mainOf, running } from './entries.ts';

const reloading: State = { tag: 'starting', first: false, spawned: true, since: 1 };

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

/** A service that runs, and what is done to refresh it. */
function refreshing(of: Partial<Service>, outcome: Outcome = { end: { tag: 'exit', code: 0 } }) {
	const entry: Entry = serviceEntry({ ...plainService, name: 'web', run: ['web'], ...of }, 0, true);
	entry.process = mainOf(7, { pidfd: 70 });
	const waits = new Waits();
	const sent: string[] = [];
	const refresh = new Refresh({
		native: {
			pidfdSignal: (pidfd, signal) => {
				sent.push(`${signal} to ${pidfd}`);
				return pidfd === 70 ? 0 : -3;
			},
		},
		asides: {
			run: async (_, args, options) => {
				sent.push(`${args.join(' ')} ${options?.env?.get('MAINPID')} ${options?.timeout}`);
				return outcome;
			},
		},
		waits,
		lastLine: async () => undefined,
	});
	const become = (state: State) => {
		entry.life = { ...entry.life, state };
		waits.changed(entry);
	};
	become(running);
	let reply: unknown = 'none yet';
	const begin = () =>
		refresh.begin(entry).then((refused) => {
			reply = refused ?? 'done';
		});
	return { entry, begin, become, sent, replied: () => reply };
}

const bySignal = { reload: { tag: 'signal', signal: 1 } } as const;

test('a signal is all there is to it where the service does not notify', async () => {
	const { begin, sent, replied } = refreshing(bySignal);
	await begin();
	expect([sent, replied()]).toEqual([['1 to 70'], 'done']);
});

test('one that notifies has a second to say that it reloads, and is then waited for', async () => {
	const { begin, become, replied } = refreshing({ ...bySignal, ready: { tag: 'notify' } });
	void begin();
	await vi.advanceTimersByTimeAsync(reloadingWait - 1);
	become(reloading);
	await vi.advanceTimersByTimeAsync(60_000);
	expect(replied()).toBe('none yet');
	become(running);
	await vi.advanceTimersByTimeAsync(0);
	expect(replied()).toBe('done');
});

test('one that notifies and says nothing is refreshed all the same, after a second', async () => {
	const { begin, replied } = refreshing({ ...bySignal, ready: { tag: 'notify' } });
	void begin();
	await vi.advanceTimersByTimeAsync(reloadingWait - 1);
	expect(replied()).toBe('none yet');
	await vi.advanceTimersByTimeAsync(1);
	expect(replied()).toBe('done');
});

test.each<[State, RegExp]>([
	[{ tag: 'backoff', until: 0 }, /^"web" is backoff: ended with -/],
	[{ tag: 'stopped' }, /^"web" is stopped: a later request overtook this one/],
	[{ tag: 'paused', since: 0, frozen: 0 }, /^"web" is paused/],
])('one that is not ready again says why: %o', async (state, why) => {
	const { begin, become, replied } = refreshing({ ...bySignal, ready: { tag: 'notify' } });
	void begin();
	become(reloading);
	await vi.advanceTimersByTimeAsync(0);
	become(state);
	await vi.advanceTimersByTimeAsync(0);
	expect(replied()).toEqual({ refused: expect.stringMatching(why) });
});

test('a signal that does not reach it is told', async () => {
	const { entry, begin, replied } = refreshing(bySignal);
	entry.process = mainOf(7, { pidfd: 71 });
	await begin();
	expect(replied()).toEqual({ refused: 'HUP did not reach "web": no such process' });
});

test('a command has as long as a start, and the service is waited for when it says that it reloads', async () => {
	const { begin, become, sent, replied } = refreshing({
		reload: { tag: 'command', args: ['nginx', '-s', 'reload'] },
		ready: { tag: 'notify' },
	});
	void begin();
	become(reloading);
	await vi.advanceTimersByTimeAsync(0);
	expect([sent, replied()]).toEqual([['nginx -s reload 7 30000'], 'none yet']);
	become(running);
	await vi.advanceTimersByTimeAsync(0);
	expect(replied()).toBe('done');
});

test('a command that was killed because the service ends says so', async () => {
	const { begin, replied } = refreshing(
		{ reload: { tag: 'command', args: ['x'] } },
		{ broken: { step: 'cancelled', text: 'it was given up' } },
	);
	await begin();
	expect(replied()).toEqual({
		refused: '"web" was not refreshed: "x": the service was ended meanwhile',
	});
});
