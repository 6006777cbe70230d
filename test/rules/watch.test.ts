import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Watch } from '../../src/rules/watch.ts';
import type { Used } from '../../src/rules/worker.ts';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

/** A watch of a thread that is at `at`, owes an answer to message `owed`, and gets `share` of a CPU. */
function watched() {
	const told: string[] = [];
	const thread = {
		at: 7,
		cpu: 0,
		share: 1,
		outside: 0,
		isDeaf: false,
		asked: 0,
		owed: 1 as number | undefined,
		late: 0,
	};
	let since = performance.now();
	const spend = () => {
		const now = performance.now();
		thread.cpu += (now - since) * thread.share;
		since = now;
	};
	const watch: Watch = new Watch({
		thread: {
			get at() {
				return thread.at;
			},
			used: () => {
				thread.asked++;
				spend();
				const used = { cpu: thread.cpu, outside: thread.outside };
				return thread.isDeaf ? new Promise<Used>(() => {}) : Promise.resolve(used);
			},
		},
		owed: () => thread.owed,
		now: () => performance.now() + thread.late,
		slow: () => {
			if (told.at(-1) !== 'slow') {
				told.push('slow');
			}
		},
		over: (wrong, isMemory) => {
			told.push(isMemory ? `memory ${wrong}` : wrong);
			watch.close();
		},
	});
	watch.attend();
	return { thread, told, watch };
}

test('a call is slow after 15 ms on the CPU and over after 100', async () => {
	const { told } = watched();
	await vi.advanceTimersByTimeAsync(20);
	expect(told).toEqual([]);
	await vi.advanceTimersByTimeAsync(20);
	expect(told).toEqual(['slow']);
	await vi.advanceTimersByTimeAsync(70);
	expect(told).toEqual(['slow']);
	await vi.advanceTimersByTimeAsync(20);
	expect(told).toEqual(['slow', 'took longer than 100ms']);
});

test('a thread that gets no time is given two seconds', async () => {
	const { thread, told } = watched();
	thread.share = 0.01;
	await vi.advanceTimersByTimeAsync(1900);
	expect(told).toEqual(['slow']);
	await vi.advanceTimersByTimeAsync(200);
	expect(told).toEqual(['slow', 'took longer than 100ms']);
});

test('one that does not even say what it used is given two seconds, too', async () => {
	const { thread, told } = watched();
	thread.isDeaf = true;
	await vi.advanceTimersByTimeAsync(1900);
	expect(told).toEqual(['slow']);
	await vi.advanceTimersByTimeAsync(200);
	expect(told).toEqual(['slow', 'took longer than 100ms']);
	expect(thread.asked).toBe(1);
});

test('calls of which each is short are never over, though their message is slow', async () => {
	const { thread, told } = watched();
	for (let i = 0; i < 100; i++) {
		thread.at++;
		await vi.advanceTimersByTimeAsync(10);
	}
	expect(told).toEqual(['slow']);
});

test('messages that are answered are not slow, however many there are', async () => {
	const { thread, told } = watched();
	for (let i = 0; i < 100; i++) {
		thread.owed = i + 2;
		await vi.advanceTimersByTimeAsync(10);
	}
	expect(told).toEqual([]);
});

test('a file has a second to be loaded, and what is between calls is given as much', async () => {
	for (const [at, wrong] of [
		[-1, 'took longer than 1s to load'],
		[0, 'its thread did not answer'],
	] as const) {
		const { thread, told } = watched();
		thread.at = at;
		await vi.advanceTimersByTimeAsync(1000);
		expect(told).toEqual(['slow']);
		await vi.advanceTimersByTimeAsync(30);
		expect(told).toEqual(['slow', wrong]);
	}
});

test('a thread that owes nothing is not looked at', async () => {
	const { thread, told, watch } = watched();
	thread.owed = undefined;
	await vi.advanceTimersByTimeAsync(10);
	expect(vi.getTimerCount()).toBe(0);
	expect(thread.asked).toBe(0);
	thread.owed = 2;
	watch.attend();
	await vi.advanceTimersByTimeAsync(130);
	expect(told).toEqual(['slow', 'took longer than 100ms']);
	expect(vi.getTimerCount()).toBe(0);
});

test.each([
	[64, []],
	[64.001, ['memory took more than 64MiB of memory']],
])('%f MiB outside of the heap', async (mebibytes, expected) => {
	const { thread, told } = watched();
	thread.outside = mebibytes * 1_048_576;
	await vi.advanceTimersByTimeAsync(20);
	expect(told).toEqual(expected);
});

test('a daemon that is late itself counts nothing against the next call', async () => {
	const { thread, told } = watched();
	await vi.advanceTimersByTimeAsync(10);
	thread.late += 5000;
	thread.cpu += 5000;
	thread.at++;
	thread.owed = 2;
	await vi.advanceTimersByTimeAsync(20);
	expect(told).toEqual([]);
});

test('time in which all of the daemon stood still counts nothing', async () => {
	const { thread, told } = watched();
	thread.share = 0;
	for (let i = 0; i < 3; i++) {
		await vi.advanceTimersByTimeAsync(10);
		thread.late += 60_000;
	}
	await vi.advanceTimersByTimeAsync(10);
	expect(told).toEqual(['slow']);
	await vi.advanceTimersByTimeAsync(2000);
	expect(told).toEqual(['slow', 'took longer than 100ms']);
});
