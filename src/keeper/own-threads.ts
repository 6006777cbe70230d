import { readdirSync } from 'node:fs';
import type { Addon } from '../native/addon.ts';
import type { Channel } from './channel.ts';

/** So many that the one that ends last of all, and tells nothing sooner, is hardly each of them. */
const most = 2;

type Ports = {
	readonly native: Pick<Addon, 'pidfdOfThread' | 'close'>;
	readonly channel: Pick<Channel, 'threads'>;
	/** The threads of this process, in the order in which they began, the main one first. */
	readonly list?: () => readonly string[];
};

/**
 * Has the minder see by threads of Node's own, which began before any of ours and live as long as the process, that this
 * daemon is ending (native/minder_spare.c). Where that cannot be seen (before Linux 6.9, without our /proc) nothing is told.
 */
export function tellThreads({ native, channel, list = ownThreads }: Ports): void {
	const [first = -1, second = -1] = threadsOf(list)
		.slice(1, 1 + most)
		.map((thread) => native.pidfdOfThread(Number(thread)))
		.filter((fd) => fd >= 0);
	if (first < 0) {
		return;
	}
	channel.threads(first, second);
	for (const fd of [first, second].filter((it) => it >= 0)) {
		native.close(fd);
	}
}

/** Empty where /proc shows other processes than ours. */
function threadsOf(list: () => readonly string[]): readonly string[] {
	try {
		const threads = list();
		return threads[0] === String(process.pid) ? threads : [];
	} catch {
		return [];
	}
}

function ownThreads(): readonly string[] {
	return readdirSync('/proc/self/task');
}
