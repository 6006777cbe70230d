import { isRefusal, type Refusal, refuse } from '../../base/refusal.ts';
import type { FieldOf } from '../../events/fields.ts';
import type { Addon } from '../../native/addon.ts';
import { type Address, formatAddress } from '../../service/address.ts';
import type { Entry } from '../entry.ts';
import type { Table } from '../table.ts';
import type { Root, Tree } from '../tree.ts';
import { bindSocket } from './bound.ts';
import { shelfOf } from './shelf.ts';
import type { Sockets } from './sockets.ts';

export type BrokerPorts = {
	readonly native: Pick<
		Addon,
		'pidfdInfo' | 'markOf' | 'listenInet' | 'listenUnix' | 'tcpListeners' | 'close'
	>;
	readonly table: Pick<Table, 'all'>;
	readonly tree: Pick<Tree, 'isIn'>;
	readonly sockets: Pick<Sockets, 'find' | 'grant' | 'given'>;
	/** What rules make of a `bind.requested`; undefined where none is concerned. */
	readonly ask: (
		name: string,
		fields: readonly FieldOf<'bind.requested'>[],
	) => Promise<Refusal | 'allow' | undefined> | undefined;
};

/** A descriptor for who asks; `sent` is to be called when it is out, or cannot be sent. */
export type Passed = { readonly tag: 'passed'; readonly fd: number; sent(): void };

/** Who asks: the process, and what it is a process of, if it is one of archon's. */
type Asker = {
	readonly pid: number;
	readonly uid: number;
	readonly gid: number;
	readonly entry: Entry | undefined;
};

/**
 * Gives sockets to processes that ask for them. Who asks is told by the kernel; a process gets what its service has in
 * `sockets`, and what a rule allows it.
 */
export class Broker {
	readonly #ports: BrokerPorts;

	constructor(ports: BrokerPorts) {
		this.#ports = ports;
	}

	/**
	 * The same for who asks where only processes of that entry's service can. By its mark alone a process is not told from
	 * those of another service: it can put on that of any earlier start.
	 */
	within(entry: Entry): Pick<Broker, 'bind'> {
		return { bind: (address, pidfd, peer) => this.bind(address, pidfd, peer, entry) };
	}

	/** `pidfd`: who asks, or why that cannot be told (-errno); it is closed here. A promise only where a rule is asked. */
	bind(
		address: Address,
		pidfd: number,
		{ uid, gid }: { readonly uid: number; readonly gid: number },
		within?: Entry,
	): Passed | Refusal | Promise<Passed | Refusal> {
		const { native, ask } = this.#ports;
		const pid = this.#pidOf(pidfd);
		const entry = pid === undefined ? undefined : this.#entryOf(pid, address, within);
		// The number may be another process's by now.
		const isSame = pid !== undefined && this.#pidOf(pidfd) === pid;
		if (pidfd >= 0) {
			native.close(pidfd);
		}
		if (!isSame) {
			return refuse('the process that asks is gone');
		}
		const asker = { pid, uid, gid, entry };
		const fields = [`pid=${pid}`, `address=${formatAddress(address)}`, `uid=${uid}`] as const;
		const verdict = ask(entry?.name ?? '-', fields);
		return verdict === undefined
			? this.#give(address, asker, undefined)
			: verdict.then((it) => this.#give(address, asker, it));
	}

	#pidOf(pidfd: number): number | undefined {
		const info = pidfd < 0 ? pidfd : this.#ports.native.pidfdInfo(pidfd);
		return typeof info === 'number' || info.pid <= 0 ? undefined : info.pid;
	}

	/** First those that may have the address: they are few, and each is looked at closely. */
	#entryOf(pid: number, address: Address, within: Entry | undefined): Entry | undefined {
		const { native, table, tree } = this.#ports;
		const isIn = (it: Entry) => within === undefined || shelfOf(it) === shelfOf(within);
		const entries = table.all().filter((it) => it.process !== undefined && isIn(it));
		const isOf = ({ process }: Entry) =>
			process !== undefined && (process.pid === pid || tree.isIn(pid, process as Root));
		const mark = native.markOf(pid);
		const isMarked = ({ process }: Entry) => mark > 0 && (process?.start ?? -1) % 2 ** 32 === mark;
		return (
			entries.find((entry) => maySay(entry, address) && isOf(entry)) ??
			entries.find(({ process }) => process?.pid === pid) ??
			entries.find((entry) => isMarked(entry) && isOf(entry))
		);
	}

	#give(address: Address, asker: Asker, verdict: Refusal | 'allow' | undefined): Passed | Refusal {
		const { native, sockets } = this.#ports;
		const { entry, pid, uid, gid } = asker;
		if (isRefusal(verdict)) {
			return verdict;
		}
		if (verdict !== 'allow' && (entry === undefined || !maySay(entry, address))) {
			return refuse(notTheirs(address, entry));
		}
		if (entry === undefined || entry.kind !== 'daemon') {
			const fd = bindSocket(native, address, { umask: 0o022, owner: { uid, gid } });
			return isRefusal(fd) ? fd : { tag: 'passed', fd, sent: () => void native.close(fd) };
		}
		if (entry.process === undefined) {
			return refuse(`"${entry.name}" has ended meanwhile`);
		}
		const socket = sockets.find(entry, address) ?? sockets.grant(entry, address, { uid, gid });
		return isRefusal(socket)
			? socket
			: { tag: 'passed', fd: socket.fd, sent: () => sockets.given(entry, [socket], pid) };
	}
}

/** Whether its service has the address in `sockets`. */
function maySay({ service }: Entry, address: Address): boolean {
	const text = formatAddress(address);
	return service?.sockets.some((it) => formatAddress(it) === text) ?? false;
}

function notTheirs(address: Address, entry: Entry | undefined): string {
	const text = formatAddress(address);
	return entry === undefined
		? `${text} is for a process of a service that has it in sockets, or that a bind.requested rule allows`
		: `"${entry.name}" has no ${text} in sockets, and no bind.requested rule allows it`;
}
