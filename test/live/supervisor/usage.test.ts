import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import type { Cgroup } from '../../../src/supervisor/cgroup.ts';
import type { Entry } from '../../../src/supervisor/entry.ts';
import { Usage, type Used } from '../../../src/supervisor/usage.ts';
import { entryIn, mainOf, running } from '../../supervisor/entries.ts';
import { until } from '../until.ts';
import { cgroups, hasCgroups, within } from './cgroup-place.ts';

const nobody = { keeper: 0, own: [], markOf: () => 0, hasOutlived: () => false };

type Child = { readonly entry: Entry; readonly say: () => void; readonly next: () => Promise<string> };

/** A process that writes a line when it is there. */
async function child(script: string): Promise<Child> {
	const it = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
	onTestFinished(() => {
		it.kill('SIGKILL');
	});
	const next = async () => String((await once(it.stdout, 'data'))[0]);
	await next();
	const entry = entryIn(running, { process: mainOf(it.pid as number) });
	return { entry, say: () => it.stdin.write('\n'), next };
}

const hold = "console.log('there'); process.stdin.resume();";

test('a tree takes up what its processes do: memory in bytes, and open descriptors', async () => {
	const { entry } = await child(`const big = Buffer.alloc(64 * 2 ** 20, 1); ${hold}`);
	const [row] = await new Usage(() => nobody).of([entry], [entry]);
	const pid = entry.process?.pid;
	const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
	expect(row?.slice(0, 2)).toEqual(['web', 1]);
	expect(Number(row?.[2]) / (Number(kilobytes) * 1024)).toBeCloseTo(1, 1);
	expect(Number(row?.[2])).toBeGreaterThan(64 * 2 ** 20);
	expect(row?.[4]).toBeGreaterThanOrEqual(3);
});

test('percent of a core are since it was asked last, at first since it started', async () => {
	const spin =
		"process.stdin.on('data', () => { const begin = process.cpuUsage(); while (process.cpuUsage(begin).user < 300000); console.log(); });";
	const { entry, say, next } = await child(`${spin} ${hold}`);
	const usage = new Usage(() => nobody);
	const ask = async () => Number((await usage.of([entry], [entry]))[0]?.[3]);
	const begin = performance.now();
	expect(await ask()).toBeGreaterThan(0);
	const answer = next();
	say();
	await answer;
	// The second one is too soon to tell anything new.
	const [cpu = 0, again] = await Promise.all([ask(), ask()]);
	expect(again).toBe(cpu);
	// It took 300 ms of a core in no more than this time; what is counted are ticks of 10 ms.
	expect(cpu).toBeGreaterThan((280 / (performance.now() - begin)) * 100);
	expect(cpu).toBeLessThan(130);
	// It does nothing any more, and what it did was told.
	await until(async () => (await ask()) < 20);
});

test('one without a process takes up nothing', async () => {
	const entry = entryIn({ tag: 'stopped' });
	expect(await new Usage(() => nobody).of([entry], [entry])).toEqual([['web', 0, 0, '0.0', 0]]);
});

test.skipIf(!hasCgroups)(
	'of one with a control group all that is in it counts, and nothing else is looked at',
	async () => {
		const group = cgroups().of('web') as Cgroup;
		const { pid } = await within(group, 'setsid -f sleep 60; sleep 60 & echo ready; wait');
		await until(() => group.pids().length === 3);
		const entry = entryIn(running, { process: mainOf(pid, { cgroup: group }) });
		let looks = 0;
		const usage = new Usage(() => {
			looks++;
			return nobody;
		});
		const found: Used[] = [];
		await usage.measure([entry], [entry], (used) => found.push(used));
		expect(found).toEqual([
			{ entry, processes: 3, rss: expect.any(Number), cpu: expect.any(Number), fds: expect.any(Number) },
		]);
		expect(looks).toBe(0);
		// So many that one look at everything costs less.
		const asked = Array.from({ length: 17 }, () =>
			entryIn(running, { process: mainOf(pid, { cgroup: group }) }),
		);
		await usage.measure(asked, asked, () => undefined);
		expect(looks).toBe(1);
		// Few of very many are looked at one by one.
		await usage.measure(asked, [...asked, ...Array.from({ length: 100 }, () => entry)], () => undefined);
		expect(looks).toBe(1);
	},
);

test('whoever asks has its own time to count from', async () => {
	const { entry, say, next } = await child(`process.stdin.on('data', () => {
		const begin = process.cpuUsage(); while (process.cpuUsage(begin).user < 200000); console.log(); }); ${hold}`);
	const [one, other] = [new Usage(() => nobody), new Usage(() => nobody)];
	const ask = async (usage: Usage) => Number((await usage.of([entry], [entry]))[0]?.[3]);
	await ask(one);
	await ask(other);
	const answer = next();
	say();
	await answer;
	const busy = await ask(one);
	// That it was just asked takes nothing from the other.
	expect(await ask(other)).toBeGreaterThan(busy / 2);
	expect(busy).toBeGreaterThan(5);
});

test('one that is gone is not told of', async () => {
	const entry = entryIn(running, { process: mainOf(2 ** 22 + 1) });
	const found: Used[] = [];
	await new Usage(() => nobody).measure([entry], [entry], (used) => found.push(used));
	expect(found).toEqual([]);
});
