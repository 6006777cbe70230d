import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { native } from '../../../src/native/index.ts';
import { Poller } from '../../../src/native/poller.ts';
import { Cgroup } from '../../../src/supervisor/cgroup.ts';
import { Cgroups } from '../../../src/supervisor/cgroups.ts';
import { temporary } from '../../archon.ts';
import { isAlive } from '../told.ts';
import { cgroups, hasCgroups, within } from './cgroup-place.ts';

const poller = new Poller(native);
const none = { memory: undefined, pids: undefined };

beforeAll(() => {
	poller.start((fault) => {
		throw fault;
	});
});

describe.skipIf(!hasCgroups)('the control groups of an archond', () => {
	it('are one for each name, the same over restarts, and gone when it is forgotten', () => {
		const all = cgroups();
		const web = all.of('web') as Cgroup;
		expect([all.of('web'), all.of('cgroup.procs')]).toEqual([web, expect.any(Cgroup)]);
		expect(all.all.groups().sort()).toEqual(['cgroup.procs.service', 'web.service']);
		all.remove('web');
		expect(all.all.groups()).toEqual(['cgroup.procs.service']);
		all.close();
		expect(all.all.groups()).toEqual([]);
	});

	it('are found again by the next daemon, and only those there are', async () => {
		const directory = temporary();
		const first = cgroups(directory);
		const web = first.of('web') as Cgroup;
		const { pid } = await within(web, 'echo ready; exec sleep 60');
		const next = cgroups(directory);
		expect(next.found('web')?.pids()).toEqual([pid]);
		expect(next.found('db')).toBeUndefined();
	});

	it('are ended and removed where an earlier archond left them, and told by name', async () => {
		const directory = temporary();
		const first = cgroups(directory);
		const left = await within(first.of('web') as Cgroup, 'setsid sleep 60 & echo ready; exec sleep 60');
		first.of('db');
		const next = cgroups(directory);
		expect(await next.clear(native, poller)).toEqual(['web']);
		await left.gone;
		expect([isAlive(left.pid), next.all.groups()]).toEqual([false, []]);
	});

	it('of another run directory are left alone', async () => {
		const other = await within(cgroups().of('web') as Cgroup, 'echo ready; exec sleep 60');
		expect(await cgroups().clear(native, poller)).toEqual([]);
		expect(isAlive(other.pid)).toBe(true);
	});
});

/** What a kernel would show: the group of archon and that of its services, with these controllers. */
function fake(controllers: string, processes: number[] = []) {
	const base = temporary();
	const all = `${base}/archon`;
	mkdirSync(all);
	const put = (path: string, text: string) => writeFileSync(`${base}/${path}`, text);
	put('cgroup.controllers', `${controllers}\n`);
	put('cgroup.subtree_control', '');
	put('archon/cgroup.subtree_control', '');
	const groups = new Cgroups(new Cgroup(base), new Cgroup(all), () => processes);
	const of = (name: string) => {
		mkdirSync(`${all}/${name}.service`);
		put(`archon/${name}.service/memory.max`, 'max');
		put(`archon/${name}.service/pids.max`, 'max');
		return (file: string) => readFileSync(`${all}/${name}.service/${file}`, 'latin1');
	};
	return { base, all, groups, of, get: (path: string) => readFileSync(`${base}/${path}`, 'latin1') };
}

describe('limits', () => {
	it('are written where the controllers are, which are asked for only then', () => {
		const { groups, of, get } = fake('cpu memory pids');
		const web = of('web');
		groups.of('web', none);
		expect(get('cgroup.subtree_control')).toBe('');
		groups.of('web', { memory: 1 << 20, pids: undefined });
		expect([get('cgroup.subtree_control'), get('archon/cgroup.subtree_control')]).toEqual([
			'+memory',
			'+memory',
		]);
		expect([web('memory.max'), web('pids.max')]).toEqual(['1048576', 'max']);
		groups.of('web', { memory: undefined, pids: 7 });
		expect([web('memory.max'), web('pids.max')]).toEqual(['max', '7']);
	});

	it('refuse the service where a controller is not there, and say what to do', () => {
		const { groups, of } = fake('hugetlb');
		of('web');
		for (const controller of ['memory', 'pids'] as const) {
			const refused = groups.of('web', { ...none, [controller]: 5 });
			const what = `^limits: ${controller} .*\\(there: hugetlb\\).*cgroup_no_v1=${controller}.*Delegate=yes`;
			expect(refused).toHaveProperty('refused', expect.stringMatching(what));
		}
		expect(groups.of('web', none)).toBeInstanceOf(Cgroup);
	});

	it('have archon make room where processes stand beside the groups', () => {
		const { base, all, groups, of } = fake('memory', [41, 42]);
		of('web');
		// As if the kernel said EBUSY.
		const real = Cgroup.prototype.write;
		const written: string[] = [];
		Cgroup.prototype.write = function (file, text) {
			written.push(`${this.path.slice(base.length)}/${file} ${text}`);
			return file === 'cgroup.subtree_control' && written.length === 1 ? false : real.call(this, file, text);
		};
		mkdirSync(`${all}/archon`);
		writeFileSync(`${all}/archon/cgroup.procs`, '');
		const group = groups.of('web', { ...none, memory: 4096 });
		Cgroup.prototype.write = real;
		expect(group).toBeInstanceOf(Cgroup);
		expect(written.filter((it) => it.includes('procs'))).toEqual([
			'/archon/archon/cgroup.procs 41',
			'/archon/archon/cgroup.procs 42',
		]);
	});

	it('that the kernel does not take refuse the service', () => {
		const { groups } = fake('memory pids');
		const refused = groups.of('web', { ...none, pids: 5 });
		expect(refused).toHaveProperty('refused', expect.stringMatching(/^limits: .*pids\.max does not take 5$/));
	});

	it('that cannot be kept since there is no directory refuse it too', () => {
		const { all, groups } = fake('');
		expect(readdirSync(all)).toEqual(['cgroup.subtree_control']);
		writeFileSync(`${all}/web.service`, 'in the way');
		const path = new Cgroups(new Cgroup(all), new Cgroup('/proc/none'), () => []);
		expect(path.of('web')).toHaveProperty('refused', expect.stringMatching(/^cgroup: .* cannot be made/));
		expect(groups.found('db')).toBeUndefined();
	});
});
