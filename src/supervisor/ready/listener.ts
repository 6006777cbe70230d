import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
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

function read(path: string): string {
	try {
		return readFileSync(path, 'latin1');
	} catch {
		return '';
	}
}

/** An address as these lists have it: words of 32 bits, as this machine keeps them; IPv4 also as IPv6 has it. */
function hexOf(address: string): string[] {
	const plain = address.replace(/%.*$/, '');
	const mapped = /^::ffff:([0-9.]+)$/i.exec(plain)?.[1] ?? plain;
	if (/^[0-9.]+$/.test(mapped)) {
		const word = mapped.split('.').map(Number).reverse().map(byte).join('');
		return [word, `0000000000000000FFFF0000${word}`];
	}
	const [head = '', tail] = plain.split('::');
	const before = head === '' ? [] : head.split(':');
	const after = tail === undefined || tail === '' ? [] : tail.split(':');
	const groups = [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
	const bytes = groups.flatMap((group) => {
		const value = Number.parseInt(group, 16);
		return [byte(value >> 8), byte(value & 0xff)];
	});
	const words = [0, 4, 8, 12].map((at) =>
		bytes
			.slice(at, at + 4)
			.reverse()
			.join(''),
	);
	return [words.join('')];
}

function byte(value: number): string {
	return value.toString(16).toUpperCase().padStart(2, '0');
}

/** Whether a process has one of these sockets; undefined when it may not be looked at. */
function holds(pid: number, sockets: ReadonlySet<string>): boolean | undefined {
	try {
		for (const fd of readdirSync(`/proc/${pid}/fd`)) {
			if (sockets.has(linkOf(`/proc/${pid}/fd/${fd}`))) {
				return true;
			}
		}
		return false;
	} catch (error) {
		// One that has ended meanwhile holds nothing.
		return (error as NodeJS.ErrnoException).code === 'EACCES' ? undefined : false;
	}
}

function linkOf(path: string): string {
	try {
		return readlinkSync(path, 'latin1');
	} catch {
		return '';
	}
}
