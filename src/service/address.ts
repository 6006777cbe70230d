import { type Refusal, refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';

/** Where a socket is bound: numbers only, for a name would have to be looked up first. */
export type Address =
	| {
			readonly tag: 'tcp' | 'udp';
			/** As `canonical` has it, without brackets. */
			readonly host: string;
			readonly port: number;
			/** Of `::` alone: it takes no IPv4 (IPV6_V6ONLY, ipv6(7)); any other address never does. */
			readonly v6only: boolean;
	  }
	/** Absolute; or `@NAME`, an abstract one of Linux, which is no file (unix(7)). */
	| { readonly tag: 'unix'; readonly path: string };

/** sun_path of unix(7), its last byte a NUL; of an abstract one its first. */
export const longestPath = 107;

/**
 * Reads `tcp:HOST:PORT`, `udp:HOST:PORT` (an IPv6 host in brackets), `unix:PATH` or `unix:@NAME`; undefined where it is
 * nothing of the kind. Equal addresses read as equal values, however they were written.
 */
export function parseAddress(given: string, v6only = false): Address | Refusal | undefined {
	if (given.startsWith('unix:')) {
		const path = given.slice('unix:'.length);
		return /^(?:\/|@.)/s.test(path) && path.length <= longestPath && !path.includes('\0')
			? only({ tag: 'unix', path }, v6only)
			: refuse(
					`${shown(given)}: expected an absolute path of at most ${longestPath} bytes, or @NAME, as long, for an abstract socket`,
				);
	}
	const [, tag, bracketed, plain, digits = ''] =
		/^(tcp|udp):(?:\[([0-9A-Fa-f:.]{2,45})\]|([0-9.]{7,15})):([0-9]{1,5})$/.exec(given) ?? [];
	const port = Number(digits);
	const host = bracketed === undefined ? ipv4(plain) : ipv6(bracketed);
	if (tag === undefined) {
		return /^(?:tcp|udp):/.test(given) ? refuse(`${shown(given)}: ${expected}`) : undefined;
	}
	if (host === undefined || port < 1 || port > 65_535) {
		return refuse(`${shown(given)}: ${expected}`);
	}
	const address = { tag: tag as 'tcp' | 'udp', host, port, v6only: false };
	return host === '::' ? { ...address, v6only } : only(address, v6only && bracketed === undefined);
}

/** Reads it with `,v6only` behind it, as `formatAddress` writes it. */
export function parseSocket(given: string): Address | Refusal | undefined {
	const bare = given.endsWith(suffix) ? given.slice(0, -suffix.length) : given;
	return parseAddress(bare, bare !== given);
}

/** As the file and `Sockets` have it; one text is one address. */
export function formatAddress(address: Address): string {
	return address.tag === 'unix'
		? `unix:${address.path}`
		: `${bareAddress(address)}${address.v6only ? suffix : ''}`;
}

/** Whether it is a Unix socket that is no file. */
export function isAbstract(address: Address): boolean {
	return address.tag === 'unix' && address.path.startsWith('@');
}

/** As `BindFD` has it, where `v6only` is a field of its own. */
export function bareAddress(address: Address): string {
	if (address.tag === 'unix') {
		return `unix:${address.path}`;
	}
	const { tag, host, port } = address;
	return `${tag}:${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** What it is called in `LISTEN_FDNAMES` (sd_listen_fds(3)): nothing there may hold a colon or end a line. */
export function fdName(address: Address): string {
	return formatAddress(address)
		.replaceAll(/[^!-9;-~]/g, '_')
		.replaceAll(':', '_');
}

const suffix = ',v6only';
const expected =
	'expected an IP address and a port from 1 to 65535, as in "tcp:0.0.0.0:8080" or "tcp:[::1]:8080"';

function only(address: Address, v6only: boolean): Address | Refusal {
	return v6only ? refuse(`${shown(formatAddress(address))}: v6only is for IPv6`) : address;
}

function ipv4(text: string | undefined): string | undefined {
	const parts = text?.split('.') ?? [];
	return parts.length === 4 && parts.every((it) => /^(?:0|[1-9][0-9]{0,2})$/.test(it) && Number(it) <= 255)
		? text
		: undefined;
}

/** The shortest form of RFC 5952. */
function ipv6(text: string): string | undefined {
	const url = `http://[${text}]/`;
	return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : undefined;
}
