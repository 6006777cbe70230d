import { existsSync, statSync } from 'node:fs';
import { errnoText } from '../base/errno.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import { Cgroup } from './cgroup.ts';
import { read } from './cgroup-files.ts';
import { Cgroups } from './cgroups.ts';

export type Place = {
	/** Of this archond alone: its groups are called after it. */
	readonly runDirectory: string;
	/** Pids of archon's own processes. */
	readonly processes: () => readonly number[];
	/** `/proc/self`, but in a test. */
	readonly self?: string;
};

/** The control groups, where the system has them (cgroup v2 with cgroup.kill, Linux 5.14) and lets us; else why not. */
export function findCgroups({ runDirectory, processes, self = '/proc/self' }: Place): Cgroups | Refusal {
	const mount = mountOf(read(`${self}/mountinfo`) ?? '');
	if (mount === undefined) {
		return refuse('there are no control groups: cgroup v2 is mounted nowhere');
	}
	const base = mount.point + below(mount.root, pathOf(read(`${self}/cgroup`) ?? ''));
	const all = `${base}/archon-${idOf(runDirectory)}`;
	const group = new Cgroup(all);
	const err = group.make();
	if (err < 0) {
		return refuse(`there are no control groups: ${all} cannot be made: ${errnoText(err)}`);
	}
	if (!existsSync(`${all}/cgroup.kill`)) {
		group.remove();
		return refuse(`there are no control groups: ${base} has no cgroup.kill, which came with Linux 5.14`);
	}
	return new Cgroups(new Cgroup(base), group, processes);
}

/** The first mount of cgroup v2: what of the hierarchy is seen there, and where (proc_pid_mountinfo(5)). */
function mountOf(mountinfo: string): { root: string; point: string } | undefined {
	for (const line of mountinfo.split('\n')) {
		const [, , , root, point] = line.split(' ');
		if (root !== undefined && point !== undefined && / - cgroup2 /.test(line)) {
			return { root: unescaped(root), point: unescaped(point) };
		}
	}
	return undefined;
}

function unescaped(text: string): string {
	return text.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** Where we are in the hierarchy of v2, which is the one without a number. */
function pathOf(cgroup: string): string {
	return /^0::(.*)$/m.exec(cgroup)?.[1] ?? '/';
}

/** A path of the hierarchy as seen below a mount; outside of it (`/..`) the mount itself. */
function below(root: string, path: string): string {
	const rest = root === '/' ? path : path.startsWith(`${root}/`) ? path.slice(root.length) : '/';
	return rest === '/' || rest.startsWith('/..') ? '' : rest;
}

/** Of a directory, and of no later one that gets its number. */
function idOf(directory: string): string {
	const { dev, ino, birthtimeMs } = statSync(directory);
	return [dev, ino, Math.round(birthtimeMs)].map((number) => number.toString(36)).join('-');
}
