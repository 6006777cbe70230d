import { lstatSync, unlinkSync } from 'node:fs';
import { errnoName, errnoText } from '../../base/errno.ts';
import { type Refusal, refuse } from '../../base/refusal.ts';
import type { Addon } from '../../native/addon.ts';
import { type Address, formatAddress, isAbstract } from '../../service/address.ts';
import type { Owner } from '../fifos.ts';

/** How what is bound to a path looks: as if the service itself had bound it. `owner` undefined: the daemon's user. */
export type Look = { readonly umask: number; readonly owner: Owner | undefined };

/** Binds a socket to an address: its descriptor, or why that cannot be. */
export function bindSocket(
	native: Pick<Addon, 'listenInet' | 'listenUnix' | 'tcpListeners'>,
	address: Address,
	{ umask, owner }: Look,
): number | Refusal {
	const fd =
		address.tag === 'unix'
			? native.listenUnix(
					Buffer.from(address.path, 'latin1').toString(),
					0o777 & ~umask,
					owner?.uid ?? -1,
					owner?.gid ?? -1,
				)
			: native.listenInet(address.host, address.port, address.tag === 'tcp', address.v6only);
	return fd < 0 ? refuse(`sockets: ${formatAddress(address)}: ${whyNot(native, address, -fd)}`) : fd;
}

/** What was bound to a path is not kept any more. */
export function unbindPath(address: Address): void {
	if (address.tag !== 'unix' || isAbstract(address)) {
		return;
	}
	const path = Buffer.from(address.path, 'latin1');
	try {
		if (lstatSync(path).isSocket()) {
			unlinkSync(path);
		}
	} catch {
		// The service has done so itself, or the folder is gone.
	}
}

type Asked = Pick<Addon, 'tcpListeners'>;

function whyNot(native: Asked, address: Address, errno: number): string {
	const text = errnoText(errno);
	switch (errnoName(errno)) {
		case 'EADDRINUSE':
			return `${text}${holder(native, address)}`;
		case 'EACCES':
			return address.tag !== 'unix' && address.port < 1024
				? `${text}: a port below 1024 takes root or CAP_NET_BIND_SERVICE`
				: text;
		case 'ENOTSUP':
			return isAbstract(address) ? 'an abstract socket is of Linux alone' : text;
		case 'EADDRNOTAVAIL':
			return `${text}: no interface of this machine has it`;
		default:
			return text;
	}
}

/** To find the process one would have to look through all there are; whose it is the kernel tells at once. */
function holder(native: Asked, address: Address): string {
	if (isAbstract(address)) {
		return ' by another process';
	}
	if (address.tag === 'unix') {
		return ': somebody answers there, or it is no socket';
	}
	const found = address.tag === 'tcp' ? native.tcpListeners('', address.port) : [];
	const [first] = typeof found === 'number' ? [] : found;
	return first === undefined ? '' : ` by a process of uid ${first.uid}`;
}
