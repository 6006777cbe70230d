import type { Addon } from '../../native/addon.ts';
import { holds } from './proc-sockets.ts';
import type { Peer } from './tried.ts';

/**
 * Who listens where a check was answered, when that is certainly none of these processes: the uid. Undefined when it is
 * one of them, or when it cannot be told: what answers on another machine or in another network namespace is in no list
 * of ours, nor are descriptors that may not be looked at.
 */
export function strangerAt(
	native: Pick<Addon, 'tcpListeners'>,
	{ address, port }: Peer,
	pids: Iterable<number>,
): number | undefined {
	// Without the interface that an address of one link has behind it.
	const found = native.tcpListeners(address.replace(/%.*$/, ''), port);
	const listeners = typeof found === 'number' ? [] : found;
	const [first] = listeners;
	if (first === undefined) {
		return undefined;
	}
	const sockets = new Set(listeners.map(({ inode }) => `socket:[${inode}]`));
	for (const pid of pids) {
		if (holds(pid, sockets) !== false) {
			return undefined;
		}
	}
	return first.uid;
}
