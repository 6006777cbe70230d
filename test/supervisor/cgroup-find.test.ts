import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/base/refusal.ts';
import { findCgroups } from '../../src/supervisor/cgroup-find.ts';
import { temporary } from '../archon.ts';

/** A made-up /proc/self and a tree where cgroup v2 would be; `kernel` makes what a kernel would have made. */
function system(mounts: (tree: string) => string[], cgroup: string, ours?: string) {
	const [self, tree, runDirectory] = [temporary(), temporary(), temporary()];
	writeFileSync(
		`${self}/mountinfo`,
		mounts(tree)
			.map((line) => `${line}\n`)
			.join(''),
	);
	writeFileSync(`${self}/cgroup`, cgroup);
	const find = () => findCgroups({ runDirectory, processes: () => [], self });
	if (ours !== undefined) {
		mkdirSync(`${tree}${ours}`, { recursive: true });
	}
	return { tree, runDirectory, find };
}

const v1 = '32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu';

describe('the control groups', () => {
	it('are none where cgroup v2 is mounted nowhere', () => {
		const { find } = system(() => [v1], '1:cpu:/\n');
		expect(find()).toEqual({ refused: 'there are no control groups: cgroup v2 is mounted nowhere' });
	});

	it('are none where the group we are in may not be written or is not there', () => {
		const { find } = system((tree) => [`41 31 0:38 / ${tree}/none rw - cgroup2 cgroup2 rw`], '0::/\n');
		expect(find()).toHaveProperty('refused', expect.stringContaining('no such file or directory'));
	});

	it('are none without cgroup.kill, and nothing is left there', () => {
		const { find, tree } = system((at) => [v1, `41 31 0:38 / ${at} rw - cgroup2 cgroup2 rw`], '0::/\n');
		expect(find()).toHaveProperty('refused', expect.stringContaining('Linux 5.14'));
		expect(readdirSync(tree)).toEqual([]);
	});

	const places = [
		['in the root', '/', '/', ''],
		[
			'below the group that archon is in',
			'/',
			'/system.slice/archon.service',
			'/system.slice/archon.service',
		],
		['below a mount of a part of the hierarchy', '/box', '/box/in', '/in'],
		['at such a mount itself', '/box', '/box', ''],
		['at the mount where archon is outside of what is seen', '/', '/../other', ''],
	] as const;

	it.each(places)('are %s', (_, root, cgroup, at) => {
		const mount = (tree: string) => [v1, `41 31 0:38 ${root} ${tree} rw - cgroup2 cgroup2 rw`];
		const { find, tree } = system(mount, `4:memory:/x\n0::${cgroup}\n`, at);
		find();
		// Refused, for nobody makes the kernel's files: but the place was tried, and so it is named.
		const found = find();
		expect(isRefusal(found) && found.refused).toBe(
			`there are no control groups: ${tree}${at} has no cgroup.kill, which came with Linux 5.14`,
		);
	});
});
