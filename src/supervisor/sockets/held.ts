import { errnoName } from '../../base/errno.ts';
import type { Addon } from '../../native/addon.ts';
import type { Address } from '../../service/address.ts';
import type { Main } from '../entry.ts';
import type { Tree } from '../tree.ts';

export type HeldPorts = {
	readonly native: Pick<Addon, 'listenHeldInet' | 'listenHeldUnix' | 'close'>;
	readonly tree: Pick<Tree, 'whole' | 'open'>;
};

/**
 * A copy of the socket at an address that a process of a tree has: its descriptor, or -errno. Mostly the main process has
 * it; the others are looked for only where that has not.
 */
export function heldSocket({ native, tree }: HeldPorts, address: Address, main: Main): number {
	let found = heldBy(native, address, main.pidfd, main.pid);
	const others = found < 0 ? tree.whole(main).filter((pid) => pid !== main.pid) : [];
	for (let pid = others.pop(); found < 0 && pid !== undefined; pid = others.pop()) {
		const pidfd = tree.open(pid, main) ?? -1;
		if (pidfd >= 0) {
			const fd = heldBy(native, address, pidfd, pid);
			native.close(pidfd);
			found = fd >= 0 || isNotPermitted(fd) ? fd : found;
		}
	}
	return found;
}

/** Whether that is what the kernel says to who may not look at a process. */
export function isNotPermitted(fd: number): boolean {
	return fd < 0 && errnoName(fd) === 'EPERM';
}

function heldBy(native: HeldPorts['native'], address: Address, pidfd: number, pid: number): number {
	return address.tag === 'unix'
		? native.listenHeldUnix(pidfd, pid, Buffer.from(address.path, 'latin1').toString())
		: native.listenHeldInet(pidfd, pid, address.host, address.port, address.tag === 'tcp', address.v6only);
}
