import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { native } from '../../../src/native/index.ts';
import type { Cgroup } from '../../../src/supervisor/cgroup.ts';
import { freeze, thaw } from '../../../src/supervisor/freeze.ts';
import { Tree } from '../../../src/supervisor/tree.ts';
import { mainOf } from '../../supervisor/entries.ts';
import { Child, mapLedger } from '../marked.ts';
import { until } from '../until.ts';
import { cgroups, hasCgroups, within } from './cgroup-place.ts';

/** Here the test is the keeper. */
const ports = { native, tree: new Tree(native, process.pid, () => false) };

beforeAll(() => {
	mapLedger();
});

function stateOf(pid: number): string {
	return /^State:\t(.)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '';
}

const isStopped = (pid: number) => stateOf(pid) === 'T';

describe('a pause without control groups', () => {
	it('stops the main process and all it started, in sessions of their own too, and ends with all of them', async () => {
		const script = 'setsid sh -c "echo \\$\\$; sleep 60 & wait" & echo $!; sleep 60 & echo $!; wait';
		const child = await Child.begin(`echo ready; ${script}`, { start: 21 });
		const other = await Child.begin(undefined, { start: 22 });
		const pids = [child.pid, Number(await child.said.next()), Number(await child.said.next())];
		const main = mainOf(child.pid, { pidfd: native.pidfdOpen(child.pid), start: 21 });
		await until(() => ports.tree.whole(main).length >= 4);
		const all = ports.tree.whole(main);
		expect(all).toEqual(expect.arrayContaining(pids));
		freeze(ports, main);
		await until(() => all.every(isStopped));
		expect(isStopped(other.pid)).toBe(false);
		thaw(ports, main);
		await until(() => !all.some(isStopped));
		native.close(main.pidfd);
		for (const pid of all) {
			process.kill(pid, 'SIGKILL');
		}
	});
});

describe.skipIf(!hasCgroups)('a pause with a control group', () => {
	it('freezes the group, and no signal is needed', async () => {
		const cgroup = cgroups().of('web') as Cgroup;
		const { pid } = await within(cgroup, 'setsid -f sleep 60; echo ready; exec sleep 60');
		const main = mainOf(pid, { pidfd: native.pidfdOpen(pid), cgroup });
		freeze(ports, main);
		await until(() => /frozen 1/.test(cgroup.read('cgroup.events') ?? ''));
		expect(cgroup.pids().some(isStopped)).toBe(false);
		thaw(ports, main);
		await until(() => /frozen 0/.test(cgroup.read('cgroup.events') ?? ''));
		native.close(main.pidfd);
	});
});
