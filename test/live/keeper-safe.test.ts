import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Puppet } from './puppet.ts';
import { type Keeper, Stage } from './stage.ts';

const failed = 'archond: the daemon failed 5 times in a row: it begins in safe mode';

test('the fifth failure in a row makes it safe mode, and it stays that until a daemon says Sound', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	let next = await fail(stage, keeper, daemon, 4);
	expect(isSafe(next)).toBe(false);
	next.exit(1);
	await keeper.err.next();
	expect(await keeper.err.next()).toBe(failed);
	next = await stage.daemon();
	expect(isSafe(next)).toBe(true);
	await next.hello();
	await next.order('answer');
	next = await fail(stage, keeper, next, 1);
	expect(isSafe(next)).toBe(true);
	await next.send('Sound');
	next = await fail(stage, keeper, next, 1);
	expect(isSafe(next)).toBe(false);
});

test('one that has answered a request has not failed', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	const next = await fail(stage, keeper, daemon, 4);
	await next.order('answer');
	const since = performance.now();
	const after = await fail(stage, keeper, next, 1);
	expect(performance.now() - since).toBeLessThan(1500); // at once: it would be the fifth pause, of 1.6 s
	const last = await fail(stage, keeper, after, 4);
	expect(isSafe(last)).toBe(false);
	last.exit(1);
	await keeper.err.next();
	expect(await keeper.err.next()).toBe(failed);
});

/** Has so many daemons in a row end, each as soon as it is there; the one after. */
async function fail(stage: Stage, keeper: Keeper, daemon: Puppet, times: number): Promise<Puppet> {
	let next = daemon;
	for (let i = 0; i < times; i++) {
		next.exit(1);
		expect(await keeper.err.next()).toBe('archond: the daemon ended with code 1: starting it again');
		next = await stage.daemon();
	}
	return next;
}

function isSafe({ pid }: Puppet): boolean {
	return readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').includes('--safe');
}
