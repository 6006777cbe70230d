import { closeSync, mkdirSync, readdirSync } from 'node:fs';
import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import type { Channel } from '../keeper/channel.ts';
import type { Ledger, SlotKind } from '../keeper/ledger.ts';
import { type LogLimits, logState } from '../keeper/log-places.ts';
import type { Addon } from '../native/addon.ts';
import { type Owner, openFifos, reopenFifos } from './fifos.ts';
import { IdlePairs } from './idle-pairs.ts';

/** The two FIFOs that a process without descriptors of its own writes into and archon-log reads from. */
export type LogPair = {
	readonly log: number;
	readonly key: string;
	readonly paths: readonly [string, string];
	/** undefined: from a daemon that died, and not looked at since. The keeper holds the read ends too. */
	readonly ends: Ends | undefined;
};

/** Read ends, held so that nothing written is lost while archon-log is away, and whose the FIFOs are. */
type Ends = { readonly fds: readonly [number, number]; readonly owner: Owner | undefined };

/** A log that a process of a daemon that died writes into. `isLost`: the keeper that held its ends died too. */
export type LogInUse = { readonly kind: SlotKind; readonly name: string; readonly isLost: boolean };

/** What the log of a process without a configuration is bounded by: files of 10 MiB, 5 of them. */
export const defaultLimits: LogLimits = { max: 10 * 2 ** 20, keep: 5 };

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

/** Pairs that wait for the next process of their name: daemons come back, a run may have any name. */
const [idleDaemons, idleRuns] = [1024, 64];

/**
 * Gives each process that has no descriptors of its own a pair of FIFOs. A pair that nothing was ever written into
 * serves the next process of its name; any other is retired when its process ends, so that an unfinished last line is
 * ended there and never runs into what the next process writes.
 */
export class Output {
	private readonly ports: Ports;
	private readonly idle = { run: new IdlePairs(idleRuns), daemon: new IdlePairs(idleDaemons) };
	/** Those that processes have. */
	private readonly inUse = new Set<LogPair>();
	private readonly retired = new Map<number, LogPair>();
	private readonly waiting = new Set<() => void>();
	/** archon-log is woken when the turn ends, once for all that are retired in it. */
	private isWaking = false;

	constructor(ports: Ports) {
		this.ports = ports;
		mkdirSync(ports.directory, { recursive: true, mode: 0o700 });
	}

	/** A pair for a process of that name and user (undefined: the daemon's), or why there is none. */
	take(kind: SlotKind, name: string, owner?: Owner, limits = defaultLimits): LogPair | Refusal {
		const key = keyOf(kind, name);
		const kept = this.idleOf(key).take(key);
		if (kept !== undefined && isOf(kept, owner)) {
			this.limit(kept, limits);
			this.inUse.add(kept);
			return kept;
		}
		if (kept !== undefined) {
			this.retire(kept);
		}
		this.collect();
		const made = this.make(key, limits, owner);
		if (!isRefusal(made)) {
			this.inUse.add(made);
		}
		return made;
	}

	/** Other limits from now on for the log of the daemon of that name; older files than it may have are removed. */
	setLimits(name: string, limits: LogLimits): void {
		const key = keyOf('daemon', name);
		for (const pair of [...this.inUse, ...this.idle.daemon.all()]) {
			if (pair.key === key) {
				this.limit(pair, limits);
			}
		}
	}

	/** The process that had the pair is gone. */
	give(given: LogPair): void {
		if (!this.inUse.delete(given)) {
			return;
		}
		// Only now: a daemon that takes over thousands has no time for it.
		const pair = given.ends === undefined ? { ...given, ends: reopenFifos(given.paths) } : given;
		if (!this.isClean(pair)) {
			this.retire(pair);
			return;
		}
		const gone = this.idleOf(pair.key).put(pair);
		if (gone !== undefined) {
			this.retire(gone);
		}
	}

	private idleOf(key: string): IdlePairs {
		return key.startsWith('r.') ? this.idle.run : this.idle.daemon;
	}

	/** archon-log may be done with some: gives their descriptors and places back. */
	collect(): void {
		for (const [log, pair] of this.retired) {
			if (this.ports.ledger.logs.state(log) === logState.done) {
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

	/**
	 * Retires the pairs of a daemon that died: archon-log reads them to their end. But for those `inUse`, which are
	 * returned: processes that go on write into them.
	 */
	takeOver(inUse: ReadonlyMap<number, LogInUse> = new Map()): ReadonlyMap<number, LogPair> {
		const { ledger } = this.ports;
		let keys: ReadonlyMap<number, string> | undefined;
		const kept = new Map<number, LogPair>();
		for (let log = 0; log < ledger.logs.high; log++) {
			const use = ledger.logs.state(log) === logState.open ? inUse.get(log) : undefined;
			const pair = use && this.inUseBy(log, use);
			if (pair !== undefined) {
				this.inUse.add(pair);
				kept.set(log, pair);
				continue;
			}
			if (ledger.logs.state(log) === logState.open) {
				ledger.logs.setState(log, logState.retired);
			}
			if (ledger.logs.state(log) !== logState.free) {
				keys ??= this.keysThere();
				this.retired.set(log, { log, key: keys.get(log) ?? '', paths: ['', ''], ends: undefined });
			}
		}
		this.ports.native.eventfdWrite(this.ports.wake);
		this.collect();
		return kept;
	}

	/** The pair of a process that goes on; undefined where its ends are nowhere held and somebody has taken them away. */
	private inUseBy(log: number, { kind, name, isLost }: LogInUse): LogPair | undefined {
		const key = keyOf(kind, name);
		const pair = { log, key, paths: pathsOf(this.ports.directory, log, key), ends: undefined };
		if (!isLost) {
			return pair;
		}
		const ends = reopenFifos(pair.paths);
		if (ends === undefined) {
			return undefined;
		}
		this.ports.channel.storeLog(log, ...ends.fds);
		return { ...pair, ends };
	}

	/** Whose the FIFOs are that there are, by their places. */
	private keysThere(): ReadonlyMap<number, string> {
		const names = readdirSync(this.ports.directory);
		const parts = names.map((name) => /^(\d+)\.([dr]\..+)\.(?:out|err)$/.exec(name) ?? []);
		return new Map(parts.map(([, log, key = '']) => [Number(log), key]));
	}

	private limit(pair: LogPair, limits: LogLimits): void {
		if (this.ports.ledger.logs.setLimits(pair.log, limits)) {
			this.ports.native.eventfdWrite(this.ports.wake);
		}
	}

	private make(key: string, limits: LogLimits, owner: Owner | undefined): LogPair | Refusal {
		const { ledger, channel, directory } = this.ports;
		const log = ledger.logs.claim();
		if (log === undefined) {
			return refuse('all places for logs are taken: end or remove some processes');
		}
		ledger.logs.setLimits(log, limits);
		const paths = pathsOf(directory, log, key);
		const fds = openFifos(this.ports.native, paths, owner);
		if (isRefusal(fds)) {
			ledger.logs.setState(log, logState.free);
			return fds;
		}
		channel.storeLog(log, ...fds);
		return { log, key, paths, ends: { fds, owner } };
	}

	/**
	 * Nothing unread, then nothing held by archon-log: in this order, for it marks itself busy before it reads. Of a pair
	 * from before this daemon nothing is known until archon-log is done with it.
	 */
	private isClean(pair: LogPair): boolean {
		const { native, ledger } = this.ports;
		const isRead = pair.ends?.fds.every((fd) => native.unread(fd) === 0) ?? false;
		return isRead && !ledger.logs.isBusy(pair.log);
	}

	private retire(pair: LogPair): void {
		this.retired.set(pair.log, pair);
		this.ports.ledger.logs.setState(pair.log, logState.retired);
		if (!this.isWaking) {
			this.isWaking = true;
			queueMicrotask(() => {
				this.isWaking = false;
				this.ports.native.eventfdWrite(this.ports.wake);
			});
		}
	}

	private forget(pair: LogPair): void {
		this.ports.channel.dropLog(pair.log);
		for (const fd of pair.ends?.fds ?? []) {
			closeSync(fd);
		}
		this.ports.ledger.logs.setState(pair.log, logState.free);
		this.ports.onFinished(pair.key.startsWith('r.') ? 'run' : 'daemon');
	}
}

/** Whether its FIFOs belong to that user. */
function isOf({ ends }: LogPair, owner: Owner | undefined): boolean {
	return ends !== undefined && ends.owner?.uid === owner?.uid && ends.owner?.gid === owner?.gid;
}

function pathsOf(directory: string, log: number, key: string): readonly [string, string] {
	return [`${directory}/${log}.${key}.out`, `${directory}/${log}.${key}.err`];
}

function keyOf(kind: SlotKind, name: string): string {
	return `${kind === 'run' ? 'r' : 'd'}.${name}`;
}
