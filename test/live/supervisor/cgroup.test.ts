import {
	closeSync,
	existsSync,
	mkdirSync,
	readFileSync,
	readlinkSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { native } from '../../../src/native/index.ts';
import { Poller } from '../../../src/native/poller.ts';
import { Cgroup } from '../../../src/supervisor/cgroup.ts';
import { temporary } from '../../archon.ts';
import { isAlive } from '../told.ts';
import { until } from '../until.ts';
import { cgroups, hasCgroups, within } from './cgroup-place.ts';

const poller = new Poller(native);
const faults: unknown[] = [];

beforeAll(() => {
	poller.start((fault) => faults.push(fault));
});

/** One of an archond that is gone with the test. */
function group(): Cgroup {
	return cgroups().of('web') as Cgroup;
}

/** A tree that gets away in every way there is, one of them into a group below. */
const tree = (path: string) => `
	mkdir ${path}/below
	setsid -f sh -c 'sh -c "exec sleep 60" & wait'
	(setsid sleep 60 &)
	sh -c 'echo $$ > ${path}/below/cgroup.procs; echo ready; exec sleep 60' &
	wait`;
const treeSize = 5;

describe.skipIf(!hasCgroups)('a control group', () => {
	it('lists all that is in it, also in another session or a group below', async () => {
		const at = group();
		expect([at.isPopulated(), at.pids()]).toEqual([false, []]);
		const { pid } = await within(at, tree(at.path));
		await until(() => at.pids().length >= treeSize);
		expect([at.isPopulated(), at.pids().includes(pid)]).toEqual([true, true]);
		expect(new Cgroup(`${at.path}/below`).pids()).toHaveLength(1);
	});

	it('ends all of it at once, and tells when it is empty', async () => {
		const at = group();
		const { gone } = await within(at, tree(at.path));
		const pids = at.pids();
		const empty = at.whenEmpty(native, poller, 10_000);
		at.kill();
		expect(await empty).toBe(true);
		await gone;
		expect([at.pids(), pids.filter(isAlive)]).toEqual([[], []]);
		expect([at.remove(), existsSync(at.path), at.remove()]).toEqual([true, false, true]);
	});

	it('is made anew once it was killed, or when nobody knows, for nothing could be born into it', async () => {
		const at = group();
		const number = () => statSync(at.path).ino;
		const first = number();
		expect([at.make(), number()]).toEqual([0, first]);
		const { gone } = await within(at, 'echo ready; exec sleep 60');
		at.kill();
		await gone;
		await until(() => !at.isPopulated());
		expect(at.make()).toBe(0);
		const second = number();
		expect(second).not.toBe(first);
		expect([at.make(), number()]).toEqual([0, second]);
		expect(new Cgroup(at.path).make()).toBe(0);
		expect(number()).not.toBe(second);
	});

	it('ends what forks without pause', async () => {
		const at = group();
		const { gone } = await within(
			at,
			`f() { setsid sh -c "$1" _ "$1" & }; echo ready
			while :; do setsid -f sh -c 'sleep 0.05 & sleep 0.1' ; done`,
		);
		at.kill();
		expect(await at.whenEmpty(native, poller, 10_000)).toBe(true);
		await gone;
		expect(at.pids()).toEqual([]);
	});

	it('is not removed as long as something is in it, and says that it did not get empty', async () => {
		const at = group();
		await within(at, 'echo ready; exec sleep 60');
		expect([at.remove(), existsSync(at.path)]).toEqual([false, true]);
		expect(await at.whenEmpty(native, poller, 20)).toBe(false);
	});

	it('is empty at once where nothing is, or it is not there', async () => {
		const at = group();
		expect(await at.whenEmpty(native, poller, 10_000)).toBe(true);
		expect(await new Cgroup(`${at.path}/none`).whenEmpty(native, poller, 10_000)).toBe(true);
		expect(faults).toEqual([]);
	});

	it('halts all of it and lets it go on; what is made anew is never halted', async () => {
		const at = group();
		await within(at, tree(at.path));
		expect(at.freeze()).toBe(true);
		await until(() => /frozen 1/.test(at.read('cgroup.events') ?? ''));
		expect(at.make()).toBe(0);
		await until(() => /frozen 0/.test(at.read('cgroup.events') ?? ''));
		at.freeze();
		await until(() => /frozen 1/.test(at.read('cgroup.events') ?? ''));
		at.thaw();
		await until(() => /frozen 0/.test(at.read('cgroup.events') ?? ''));
		at.freeze();
		const other = new Cgroup(at.path);
		expect(other.make()).toBe(0);
		await until(() => /frozen 0/.test(at.read('cgroup.events') ?? ''));
	});

	it('ends what it halts', async () => {
		const at = group();
		const { gone } = await within(at, 'echo ready; exec sleep 60');
		at.freeze();
		at.kill();
		await gone;
		expect(await at.whenEmpty(native, poller, 10_000)).toBe(true);
	});

	it('is made anew when somebody removed it', () => {
		const at = group();
		at.remove();
		const fd = at.open();
		expect(readlinkSync(`/proc/self/fd/${fd}`)).toBe(at.path);
		closeSync(fd);
	});
});

describe('limits of a control group', () => {
	it('are written only where they are asked for, and taken back', () => {
		const at = new Cgroup(`${temporary()}/web`);
		expect([at.make(), at.limit('memory.max', undefined), at.isBounded]).toEqual([0, true, false]);
		expect(at.limit('memory.max', 4096)).toBe(false);
		files(at, 'memory.max', 'pids.max');
		expect([at.limit('memory.max', 4096), at.limit('pids.max', 0), at.isBounded]).toEqual([true, true, true]);
		expect([at.read('memory.max'), at.read('pids.max')]).toEqual(['4096', '0']);
		expect([at.limit('memory.max', Number.POSITIVE_INFINITY), at.read('memory.max')]).toEqual([true, 'max']);
		expect([at.limit('pids.max', undefined), at.read('pids.max')]).toEqual([true, 'max']);
		expect([at.limit('memory.max', undefined), at.isBounded]).toEqual([true, false]);
	});

	it('of one that was there before are taken back', () => {
		const path = `${temporary()}/web`;
		mkdirSync(path);
		const at = new Cgroup(path);
		files(at, 'memory.max', 'pids.max', 'cgroup.freeze');
		at.write('pids.max', '5');
		expect(at.make()).toBe(0);
		expect([at.limit('pids.max', undefined), at.read('pids.max')]).toEqual([true, 'max']);
		expect(readFileSync(`${path}/cgroup.freeze`, 'latin1')).toBe('0');
	});

	it('cannot be where the directory cannot be made', () => {
		expect(new Cgroup('/proc/none').make()).toBeLessThan(0);
		expect(new Cgroup('/proc/none').open()).toBeLessThan(0);
	});
});

/** What a kernel would make. */
function files(at: Cgroup, ...names: string[]): void {
	for (const name of names) {
		writeFileSync(`${at.path}/${name}`, '');
	}
}
