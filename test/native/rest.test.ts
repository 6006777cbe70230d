import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { native } from '../../src/native/index.ts';
import { Rest } from '../../src/native/rest.ts';

describe('memory is given back', () => {
	beforeEach(() => {
		vi.useFakeTimers();
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	function resting() {
		const done: string[] = [];
		const rest = new Rest({
			native: {
				collect: () => done.push('collect'),
				trim: () => done.push('trim'),
				forgetProgram: () => done.push('forget'),
			},
		});
		const stir = (times: number) => {
			for (let n = 0; n < times; n++) {
				rest.stir();
			}
		};
		return { done, stir };
	}

	it('when nothing has happened for 2 s', () => {
		const { done, stir } = resting();
		stir(1);
		vi.advanceTimersByTime(1999);
		expect(done).toEqual([]);
		vi.advanceTimersByTime(1);
		expect(done).toEqual(['collect', 'trim', 'forget']);
	});

	it('not while something goes on happening', () => {
		const { done, stir } = resting();
		for (let n = 0; n < 10; n++) {
			stir(1);
			vi.advanceTimersByTime(1500);
		}
		expect(done).toEqual([]);
		vi.advanceTimersByTime(4000);
		expect(done).toHaveLength(3);
	});

	it('again only after 256 things have happened, and no timer runs before', () => {
		const { done, stir } = resting();
		stir(1);
		vi.advanceTimersByTime(2000);
		stir(255);
		expect(vi.getTimerCount()).toBe(0);
		stir(1);
		expect(vi.getTimerCount()).toBe(1);
		vi.advanceTimersByTime(2000);
		expect(done).toEqual(['collect', 'trim', 'forget', 'collect', 'trim']);
	});
});

it('V8 frees what it can when asked, and takes it that what is compiled is kept', async () => {
	const weak = new WeakRef({});
	// An object that was looked at is kept to the end of the turn.
	await new Promise(setImmediate);
	expect(native.collect()).toBe(0);
	expect(weak.deref()).toBeUndefined();
	expect(native.keepCompiled()).toBe(0);
});

it('the pages of the program that were used are resident no longer', () => {
	const resident = () => Number(/RssFile:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]);
	const before = resident();
	expect(native.forgetProgram()).toBe(0);
	expect(resident()).toBeLessThan(before / 2);
});

it('malloc takes a trim', () => {
	expect(native.trim()).toBeGreaterThanOrEqual(0);
});
