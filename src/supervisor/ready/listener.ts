import { hexOf, holds, read } from './proc-sockets.ts';
import type { Peer } from './tried.ts';

/** A socket that listens: who made it, and its number among all sockets. */
export type Listener = { readonly address: string; readonly uid: number; readonly inode: string };

/**
 * Who listens where a check was answered, when that is certainly none of these processes: the uid. Undefined when it is one of them, or when it cannot be told: what answers on another machine or in another
 * network namespace is in no list of ours, nor are descriptors that may not be looked at.
 */
export function strangerAt(peer: Peer, pids: Iterable<number>): number | undefined {
	const listeners = listenersAt(peer);
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

/** The sockets that listen on a port, whatever the address. */
export function listenersOn(port: number): readonly Listener[] {
	return [...listening('/proc/net/tcp', port), ...listening('/proc/net/tcp6', port)];
}

/** Those of that very address; where there are none, those of all addresses. */
function listenersAt({ address, port }: Peer): readonly Listener[] {
	const all = listenersOn(port);
	const forms = hexOf(address);
	const exact = all.filter((one) => forms.includes(one.address));
	return exact.length > 0 ? exact : all.filter((one) => /^0+$/.test(one.address));
}

/** Lines of proc(5) tcp: number, local address:port, remote, state (0A: listening), …, uid, …, inode. */
function listening(path: string, port: number): Listener[] {
	const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
	const found: Listener[] = [];
	for (const line of read(path).split('\n')) {
		const fields = line.trim().split(/ +/);
		const [, local = '', , state] = fields;
		if (state === '0A' && local.endsWith(suffix)) {
			found.push({
				address: local.slice(0, -suffix.length),
				uid: Number(fields[7]),
				inode: fields[9] ?? '',
			});
		}
	}
	return found;
}
