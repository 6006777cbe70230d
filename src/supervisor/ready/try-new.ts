import type { Addon } from '../../native/addon.ts';
import type { Check } from '../../service/service.ts';
import { connectText, type Peer } from './tried.ts';

/** A check that is answered over a connection. */
export type Asked = Extract<Check, { readonly tag: 'tcp' | 'http' }>;

/** Why it is not good; or that it is; or that somebody else has answered, and from where. */
export type Answered =
	| { readonly bad: string }
	| { readonly bad?: undefined; readonly other?: Peer | undefined };

/** How often it is looked whether a connection was accepted, milliseconds. */
const look = 2;

/**
 * Tries a check on an address where others may answer as well, for they accept from the same socket: who has accepted is
 * looked at before anything is answered. `isOurs` says so of a socket, by its number among all sockets. Aborted by `signal`.
 */
export function tryNew(
	native: Pick<Addon, 'tcpAccepted'>,
	check: Asked,
	isOurs: (inode: number) => boolean,
	signal: AbortSignal,
): Promise<Answered> {
	const url = check.tag === 'http' ? new URL(check.url) : undefined;
	const socket = url === undefined ? plain(check as Tcp) : connectTo(url);
	return new Promise((resolve) => {
		let timer: NodeJS.Timeout | undefined;
		const finish = (answered: Answered) => {
			clearTimeout(timer);
			signal.removeEventListener('abort', cut);
			socket.destroy();
			resolve(answered);
		};
		const cut = () => finish({ bad: 'no answer' });
		const judge = () => {
			const { remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 } = socket;
			const theirs = { address: plainOf(remoteAddress), port: remotePort };
			const inode = native.tcpAccepted(theirs.address, remotePort, plainOf(localAddress), localPort);
			if (inode <= 0) {
				// Not accepted yet, or on another machine: that is never to be seen.
				timer = setTimeout(judge, look);
			} else if (!isOurs(inode)) {
				finish({ other: theirs });
			} else if (url === undefined) {
				finish({});
			} else {
				socket.write('\r\n');
			}
		};
		signal.addEventListener('abort', cut, { once: true });
		socket.once(url?.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
			if (url !== undefined) {
				// All but its end: some accept only what has sent something, and none answers before.
				socket.write(headOf(url));
			}
			judge();
		});
		let text = '';
		socket.setEncoding('latin1').on('data', (part: string) => {
			text += part;
			const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1];
			if (url !== undefined && (status !== undefined || text.length > statusMost)) {
				finish(
					status !== undefined && /^[23]/.test(status) ? {} : { bad: `answered ${status ?? 'no HTTP'}` },
				);
			}
		});
		socket.on('end', () => url !== undefined && finish({ bad: 'hung up' }));
		// It may fail once more after it was destroyed.
		socket.on('error', (error) => finish({ bad: connectText(error) }));
	});
}

type Tcp = Extract<Check, { readonly tag: 'tcp' }>;

/** More than any status line has before its code. */
const statusMost = 16;

function plain({ host, port }: Tcp) {
	return process.getBuiltinModule('node:net').connect({ host, port });
}

/** Whose certificate it is does not matter: it is asked whether something answers. */
function connectTo({ protocol, hostname, port }: URL) {
	const host = hostname.replace(/^\[(.*)\]$/, '$1');
	return protocol === 'https:'
		? process.getBuiltinModule('node:tls').connect({
				host,
				port: Number(port || 443),
				rejectUnauthorized: false,
			})
		: process.getBuiltinModule('node:net').connect({ host, port: Number(port || 80) });
}

function headOf({ host, pathname, search }: URL): string {
	return `GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: archon\r\nConnection: close\r\n`;
}

/** Without the zone, and IPv4 as such. */
function plainOf(address: string): string {
	return address.replace(/%.*$/, '').replace(/^::ffff:(?=[0-9.]+$)/i, '');
}
