import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, read, threadsOf } from './system.ts';

/** Archon's own three, and what they have in their command lines. */
const programs = { daemon: 'daemon.cjs', 'archon-log': 'archon-log', minder: 'archon-minder' } as const;
export type Part = keyof typeof programs;
const parts = Object.keys(programs) as Part[];

/** One of them, or a daemon that was started ahead. */
export type Member = { readonly part: Part; readonly pid: number };

/** How long what has ended may take to be gone, milliseconds: archond waits as long. */
const moment = 1000;

/** The pid of one of the three that a keeper has; undefined while there is none. */
export function pidOf(keeper: number | undefined, part: Part): number | undefined {
	return childrenOf(keeper).find((pid) => isOne(pid, part));
}

/** Whether the minder that a keeper has is older than its daemon. */
export function isMinded(keeper: number | undefined): boolean {
	const children = childrenOf(keeper);
	const minder = children.findIndex((pid) => isOne(pid, 'minder'));
	return minder >= 0 && children.findIndex((pid) => isOne(pid, 'daemon')) > minder;
}

/** All that a keeper has of them. */
export function crewOf(keeper: number | undefined): Member[] {
	const children = childrenOf(keeper);
	return parts.flatMap((part) => children.filter((pid) => isOne(pid, part)).map((pid) => ({ part, pid })));
}

/** Who of them does not end. */
export async function remaining(crew: readonly Member[]): Promise<readonly Member[]> {
	const end = Date.now() + moment;
	for (;;) {
		const left = crew.filter(({ part, pid }) => isAlive(pid) && isNamed(pid, part));
		if (left.length === 0 || Date.now() > end) {
			return left;
		}
		await sleep(5);
	}
}

/** Oldest first. */
function childrenOf(keeper: number | undefined): number[] {
	const pids = read(`/proc/${keeper}/task/${keeper}/children`).trim();
	return pids === '' ? [] : pids.split(' ').map(Number);
}

/**
 * A child before its exec has the command line of the daemon, whose memory it shares, but one thread; or that of the
 * minder, which is older and comes first.
 */
function isOne(pid: number, part: Part): boolean {
	return isNamed(pid, part) && (part !== 'daemon' || threadsOf(pid) > 1);
}

function isNamed(pid: number, part: Part): boolean {
	return read(`/proc/${pid}/cmdline`).includes(programs[part]);
}
