import { type Address, formatAddress } from '../service/address.ts';

/** A socket of the file, and whose it is. */
export type Bound = { readonly text: string; readonly name: string };

type Family = 4 | 6;

/** Of one port, by family: who has all its addresses, and who has any of them. */
type Port = { readonly all: Map<Family, Bound>; readonly some: Map<Family, Bound> };

/**
 * Which sockets cannot be bound beside one another although they differ: who has all addresses of a port shares it with
 * nobody of the same family (EADDRINUSE, bind(2)); `[::]` has those of IPv4 too, but for `,v6only` (ipv6(7)).
 */
export class BoundPorts {
	readonly #ports = new Map<string, Port>();

	/** One that is in the way of this one of the service `name`, which is in the way of others from now on. */
	conflict(address: Address, name: string): Bound | undefined {
		if (address.tag === 'unix') {
			return undefined;
		}
		const port = this.#port(`${address.tag}:${address.port}`);
		const isAll = address.host === '0.0.0.0' || address.host === '::';
		const families = familiesOf(address);
		const found = families
			.map((family) => port.all.get(family) ?? (isAll ? port.some.get(family) : undefined))
			.find((it) => it !== undefined);
		for (const family of families) {
			(isAll ? port.all : port.some).set(family, { text: formatAddress(address), name });
		}
		return found;
	}

	#port(key: string): Port {
		const port = this.#ports.get(key) ?? { all: new Map(), some: new Map() };
		this.#ports.set(key, port);
		return port;
	}
}

function familiesOf({ host, v6only }: Exclude<Address, { tag: 'unix' }>): readonly Family[] {
	if (!host.includes(':')) {
		return [4];
	}
	return host === '::' && !v6only ? [4, 6] : [6];
}
