import { readdirSync, readFileSync } from 'node:fs';
import type { Addon } from '../native/addon.ts';
import type { Cgroup } from './cgroup.ts';

/** The main process that a tree is looked for: its pid (also its session and group) and the number of its start. */
export type Root = {
	readonly pid: number;
	readonly start: number;
	/** Where all of the tree is; without one it is looked for. */
	readonly cgroup?: Cgroup | undefined;
};

/** -ESRCH. */
const noSuchProcess = -3;

type Native = Pick<Addon, 'markOf' | 'pidfdOpen' | 'close'>;

/**
 * Finds what a process that has ended left behind. Whatever it started and did not wait for is by then a child of the
 * keeper (a child subreaper, prctl(2)), or a descendant of one; it is told from strangers by the mark that every process
 * inherits (mark.h), or where it shook that off by its session or process group. So only the keeper's children are
 * looked at, and of them only those that are no main process themselves.
 */
export class Tree {
	private readonly native: Native;
	private readonly keeper: number;
	private readonly isMain: (pid: number) => boolean;
	private readonly hasOutlived: (start: number) => boolean;
	private isLooking = false;
	private seen: readonly number[] | undefined;

	/** `hasOutlived`: whether it was an earlier keeper's, so that what it left is the child of somebody else. */
	constructor(
		native: Native,
		keeper: number,
		isMain: (pid: number) => boolean,
		hasOutlived: (start: number) => boolean = () => false,
	) {
		this.native = native;
		this.keeper = keeper;
		this.isMain = isMain;
		this.hasOutlived = hasOutlived;
	}

	/** The pids that are left of `root`, zombies not counted. */
	left(root: Root): number[] {
		const found: number[] = [];
		if (root.cgroup !== undefined) {
			return root.cgroup.pids().filter(isAlive);
		}
		for (const pid of this.hasOutlived(root.start) ? this.anywhere() : this.adopted()) {
			if (this.belongs(pid, root)) {
				this.gather(pid, found);
			}
		}
		return found;
	}

	/** Does something for each, with one look at the keeper's children for all of it: those whose tree it is have ended. */
	lookOnce<T>(all: readonly T[], each: (one: T) => void): void {
		this.isLooking = true;
		try {
			for (const one of all) {
				each(one);
			}
		} finally {
			this.isLooking = false;
			this.seen = undefined;
		}
	}

	/** The pids of a main process that has not ended, and of all it started. */
	whole(root: Root): number[] {
		const found: number[] = [];
		if (root.cgroup !== undefined) {
			return this.left(root);
		}
		this.gather(root.pid, found);
		return [...new Set([...found, ...this.left(root)])];
	}

	/**
	 * Opens a pidfd of a process that still belongs to `root`; undefined when it is gone and the number perhaps somebody
	 * else's by now; -errno when the system has no descriptor to give.
	 */
	open(pid: number, root: Root): number | undefined {
		const pidfd = this.native.pidfdOpen(pid);
		if (pidfd < 0) {
			return pidfd === noSuchProcess ? undefined : pidfd;
		}
		// The number may have been given to another process between the scan and the open: look again.
		if (!this.isIn(pid, root)) {
			this.native.close(pidfd);
			return undefined;
		}
		return pidfd;
	}

	/** Whether a process is one of the tree of `root`. */
	isIn(pid: number, root: Root): boolean {
		return root.cgroup === undefined
			? this.belongs(pid, root) || this.descends(pid, root)
			: root.cgroup.pids().includes(pid);
	}

	private belongs(pid: number, root: Root): boolean {
		const stat = statOf(pid);
		if (stat === undefined || isDead(stat)) {
			return false;
		}
		const mark = this.native.markOf(pid);
		// A mark is of one start alone; the number of a session is given out again when all in it are gone.
		if (mark > 0 || this.hasOutlived(root.start)) {
			return mark === root.start % 2 ** 32;
		}
		return stat.session === root.pid || stat.group === root.pid;
	}

	private descends(pid: number, root: Root): boolean {
		for (let parent = statOf(pid)?.parent ?? 0; parent > 1; parent = statOf(parent)?.parent ?? 0) {
			if (parent === this.keeper) {
				return false;
			}
			if (this.belongs(parent, root)) {
				return true;
			}
		}
		return false;
	}

	/** The keeper's children that are no main process. */
	private adopted(): readonly number[] {
		const adopted = this.seen ?? childrenOf(this.keeper).filter((pid) => !this.isMain(pid));
		this.seen = this.isLooking ? adopted : undefined;
		return adopted;
	}

	/** Every process but main ones. */
	private anywhere(): readonly number[] {
		return readdirSync('/proc')
			.map(Number)
			.filter((pid) => Number.isInteger(pid) && !this.isMain(pid));
	}

	private gather(pid: number, found: number[]): void {
		const stat = statOf(pid);
		if (stat === undefined || isDead(stat) || found.includes(pid)) {
			return;
		}
		found.push(pid);
		for (const child of childrenOf(pid)) {
			this.gather(child, found);
		}
	}
}

function childrenOf(pid: number): number[] {
	try {
		const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
		return text.split(' ').filter(Boolean).map(Number);
	} catch {
		return [];
	}
}

function isAlive(pid: number): boolean {
	const stat = statOf(pid);
	return stat !== undefined && !isDead(stat);
}

function isDead({ state }: Stat): boolean {
	return state === 'Z' || state === 'X';
}

type Stat = {
	readonly state: string;
	readonly parent: number;
	readonly group: number;
	readonly session: number;
};

/** Fields 3 to 6 of /proc/PID/stat (proc(5)); the name before them may hold anything, so from the last `)`. */
function statOf(pid: number): Stat | undefined {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
		const [state = '', parent, group, session] = text.slice(text.lastIndexOf(')') + 2).split(' ');
		return { state, parent: Number(parent), group: Number(group), session: Number(session) };
	} catch {
		return undefined;
	}
}
