import type { Addon } from '../native/addon.ts';
import type { Asked, Context, Peer, Shared } from '../requests/context.ts';

/** Of whom nothing is known may do least: the overflow uid (user_namespaces(7)). */
const nobody: Peer = { pid: 0, uid: 65_534, gid: 65_534 };

/** What the requests of one connection may use. */
export class SessionContext implements Context {
	readonly shared: Shared;
	fds: number[] = [];
	asked: Asked | undefined;
	readonly #native: Pick<Addon, 'peer' | 'peerPidfd'>;
	readonly #fd: number;
	#peer: Peer | undefined;

	constructor(
		ports: { readonly native: Pick<Addon, 'peer' | 'peerPidfd'>; readonly shared: Shared },
		fd: number,
	) {
		this.shared = ports.shared;
		this.#native = ports.native;
		this.#fd = fd;
	}

	/** Asked of the kernel when it is first wanted; it says who connected, whoever holds the descriptor by now. */
	get peer(): Peer {
		const said = this.#peer ?? this.#native.peer(this.#fd);
		this.#peer = typeof said === 'number' ? nobody : said;
		return this.#peer;
	}

	asker(): number {
		return this.#native.peerPidfd(this.#fd);
	}
}
