import { closeSync, constants, mkdirSync, openSync, readdirSync, unlinkSync } from 'node:fs';
import { errnoText } from '../base/errno.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import type { Channel } from '../keeper/channel.ts';
import { type Ledger, logState, type SlotKind } from '../keeper/ledger.ts';
import type { Addon } from '../native/addon.ts';

/** The two FIFOs that a process without descriptors of its own writes into and archon-log reads from. */
export type LogPair = {
	readonly log: number;
	readonly key: string;
	/** Who may open them by name (/dev/stdout); undefined: the daemon's user. */
	readonly owner?: Owner | undefined;
	readonly paths: readonly [string, string];
	/** Read ends, held so that nothing written is lost while archon-log is away. */
	readonly fds: readonly [number, number];
};

export type Owner = { readonly uid: number; readonly gid: number };

type Ports = {
	readonly native: Pick<Addon, 'mkfifo' | 'unread' | 'eventfdWrite'>;
	readonly ledger: Ledger;
	readonly channel: Channel;
	/** Where the FIFOs are made. */
	readonly directory: string;
	/** The eventfd that wakes archon-log. */
	readonly wake: number;
	/** archon-log has finished the log of a process of that kind. */
	readonly onFinished: (kind: SlotKind) => void;
};

const eexist = -17;

/** Pairs that wait for the next process of their name; the one unused for longest goes first. */
const idleMost = 64;

/**
 * Gives each process that has no descriptors of its own a pair of FIFOs. A pair that nothing was ever written into
 * serves the next process of its name; any other is retired when its process ends, so that an unfinished last line is
 * ended there and never runs into what the next process writes.
 */
export class Output {
	private readonly ports: Ports;
	private readonly idle = new Map<string, LogPair>();
	private readonly retired = new Map<number, LogPair>();
	private readonly waiting = new Set<() => void>();

	constructor(ports: Ports) {
		this.ports = ports;
		mkdirSync(ports.directory, { recursive: true, mode: 0o700 });
	}

	/** A pair for a process of that name and user, or why there is none. */
	take(kind: SlotKind, name: string, owner?: Owner): LogPair | Refusal {
		const key = `${kind === 'run' ? 'r' : 'd'}.${name}`;
		const kept = this.idle.get(key);
		if (kept !== undefined) {
			this.idle.delete(key);
			if (kept.owner?.uid === owner?.uid && kept.owner?.gid === owner?.gid) {
				return kept;
			}
			this.retire(kept);
		}
		this.collect();
		return this.make(key, owner);
	}

	/** The process that had the pair is gone. */
	give(pair: LogPair): void {
		if (!this.isClean(pair)) {
			this.retire(pair);
			return;
		}
		const known = this.idle.get(pair.key);
		// A key that is set again would keep its place in the order.
		this.idle.delete(pair.key);
		this.idle.set(pair.key, pair);
		const oldest = known ?? (this.idle.size > idleMost ? this.idle.values().next().value : undefined);
		if (oldest !== undefined) {
			if (known === undefined) {
				this.idle.delete(oldest.key);
			}
			this.retire(oldest);
		}
	}

	/** archon-log may be done with some: gives their descriptors and places back. */
	collect(): void {
		for (const [log, pair] of this.retired) {
			if (this.ports.ledger.logState(log) === logState.done) {
				this.retired.delete(log);
				this.forget(pair);
			}
		}
		for (const told of [...this.waiting]) {
			told();
		}
	}

	/** Resolves when what ended processes of that name wrote is in their log, or after `most` milliseconds. */
	settled(name: string, most: number): Promise<void> {
		const isSettled = () =>
			![...this.retired.values()].some((pair) => pair.key.slice(2) === name && !this.isClean(pair));
		if (isSettled()) {
			return Promise.resolve();
		}
		return new Promise((resolve) => {
			const finish = () => {
				clearTimeout(timer);
				this.waiting.delete(check);
				resolve();
			};
			const check = () => isSettled() && finish();
			const timer = setTimeout(finish, most);
			this.waiting.add(check);
		});
	}

	/** Retires the pairs of a daemon that died: archon-log reads them to their end. */
	takeOver(): void {
		const { ledger } = this.ports;
		const keys = this.keysThere();
		for (let log = 0; log < ledger.logHigh; log++) {
			if (ledger.logState(log) === logState.open) {
				ledger.setLogState(log, logState.retired);
			}
			if (ledger.logState(log) !== logState.free) {
				this.retired.set(log, { log, key: keys.get(log) ?? '', paths: ['', ''], fds: [-1, -1] });
			}
		}
		this.ports.native.eventfdWrite(this.ports.wake);
		this.collect();
	}

	/** Whose the FIFOs are that there are, by their places. */
	private keysThere(): ReadonlyMap<number, string> {
		const names = readdirSync(this.ports.directory);
		const parts = names.map((name) => /^(\d+)\.([dr]\..+)\.(?:out|err)$/.exec(name) ?? []);
		return new Map(parts.map(([, log, key = '']) => [Number(log), key]));
	}

	private make(key: string, owner: Owner | undefined): LogPair | Refusal {
		const { ledger, channel, directory } = this.ports;
		const log = ledger.claimLog();
		if (log === undefined) {
			return refuse('all places for logs are taken: end or remove some processes');
		}
		const paths = [`${directory}/${log}.${key}.out`, `${directory}/${log}.${key}.err`] as const;
		const fds: number[] = [];
		try {
			for (const path of paths) {
				this.makeFifo(path, owner);
				fds.push(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
			}
		} catch (error) {
			for (const path of paths.slice(0, fds.length + 1)) {
				removeIfPossible(path);
			}
			for (const fd of fds) {
				closeSync(fd);
			}
			ledger.setLogState(log, logState.free);
			return refuse(`cannot make a pipe for its output: ${(error as Error).message}`);
		}
		const [out = -1, err = -1] = fds;
		channel.storeLog(log, out, err);
		return { log, key, owner, paths, fds: [out, err] };
	}

	private makeFifo(path: string, { uid, gid }: Owner = { uid: -1, gid: -1 }): void {
		let result = this.ports.native.mkfifo(path, uid, gid);
		if (result === eexist) {
			// Left by an archond that was killed in the same run directory.
			unlinkSync(path);
			result = this.ports.native.mkfifo(path, uid, gid);
		}
		if (result < 0) {
			throw new Error(`mkfifo ${path}: ${errnoText(-result)}`);
		}
	}

	/**
	 * Nothing unread, then nothing held by archon-log: in this order, for it marks itself busy before it reads. Of a pair
	 * from before this daemon nothing is known until archon-log is done with it.
	 */
	private isClean(pair: LogPair): boolean {
		const { native, ledger } = this.ports;
		return pair.fds.every((fd) => fd >= 0 && native.unread(fd) === 0) && !ledger.logBusy(pair.log);
	}

	private retire(pair: LogPair): void {
		this.retired.set(pair.log, pair);
		this.ports.ledger.setLogState(pair.log, logState.retired);
		this.ports.native.eventfdWrite(this.ports.wake);
	}

	private forget(pair: LogPair): void {
		this.ports.channel.dropLog(pair.log);
		for (const fd of pair.fds) {
			if (fd >= 0) {
				closeSync(fd);
			}
		}
		this.ports.ledger.setLogState(pair.log, logState.free);
		this.ports.onFinished(pair.key.startsWith('r.') ? 'run' : 'daemon');
	}
}

function removeIfPossible(path: string): void {
	try {
		unlinkSync(path);
	} catch {
		// It was not made, or is none of ours: the reason that is told is another.
	}
}
