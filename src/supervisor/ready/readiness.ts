import type { Kept } from '../../keeper/kept.ts';
import type { Ledger } from '../../keeper/ledger.ts';
import type { Addon } from '../../native/addon.ts';
import type { Poller } from '../../native/poller.ts';
import type { Check, Ready as How } from '../../service/service.ts';
import type { Ends } from '../ends.ts';
import type { Entry } from '../entry.ts';
import { Health } from '../health/health.ts';
import type { Interpreter } from '../interpret.ts';
import type { Starts } from '../starts.ts';
import type { Tree } from '../tree.ts';
import { FdStore } from './fd-store.ts';
import { strangerAt } from './listener.ts';
import { awaitLine, type LinesOf } from './log-line.ts';
import { MainPids } from './main-pids.ts';
import { heed } from './notices.ts';
import { NotifySockets } from './notify-sockets.ts';
import { holds, polls } from './proc-sockets.ts';
import { Ready, type Told } from './ready.ts';
import { ReadyPipes } from './ready-pipes.ts';
import { retry } from './retry.ts';
import { type RunAside, tryCheck } from './try-check.ts';
import { tryNew } from './try-new.ts';

export type ReadinessPorts = {
	readonly native: Addon;
	readonly poller: Poller;
	readonly interpreter: Interpreter;
	readonly starts: Starts;
	readonly tree: Tree;
	readonly ledger: Pick<Ledger, 'begun' | 'feedings' | 'keepers'>;
	readonly ends: () => Ends;
	readonly kept: Kept;
	/** What is held for an entry has changed. */
	readonly keptChanged: (entry: Entry) => void;
	/** What is to be known of an entry has changed. */
	readonly changed: (entry: Entry) => void;
	/** Writes down what has changed so far. */
	readonly written: () => void;
	/** Where the sockets of sd_notify(3) are made. */
	readonly directory: string;
	readonly run: RunAside;
	readonly linesOf: LinesOf;
};

export type Readiness = { readonly ready: Ready; readonly health: Health; readonly mains: MainPids };

/** How long one try of a check may take while a service starts, milliseconds; a probe says its own. */
const tryMost = 5000;

/** Puts together what knows how services are: whether they are ready, whether they are well, who is the main process. */
export function readiness(ports: ReadinessPorts): Readiness {
	const { native, poller, interpreter, starts, tree, ends, kept, keptChanged } = ports;
	const store = new FdStore({ native, poller, kept, keptChanged });
	const mains = new MainPids({
		native,
		poller,
		startedAs: (slot) => starts.pidOf(slot),
		isMain: (pid, isIt) => starts.setMain(pid, isIt),
		ended: (entry, main, end) => ends().mainEnded(entry, main, end),
		free: (slot) => ends().free(slot),
	});
	const health = new Health({
		native,
		ledger: ports.ledger,
		interpreter,
		changed: ports.changed,
		written: ports.written,
		hear: (entry) => sockets.drain(entry),
		attempt: async (entry, check, options) => (await tryCheck(check, entry, ports.run, options)).bad,
		chance: Math.random,
	});
	const sockets = new NotifySockets({
		native,
		poller,
		tree,
		kept,
		keptChanged,
		directory: ports.directory,
		written: ports.written,
		heard: (entry, datagram) =>
			heed(
				{
					native,
					interpreter,
					mains,
					store,
					health,
					good: (it) => ready.said(it),
					told: (it, why) => ready.told(it, why),
				},
				entry,
				datagram,
			),
		refused: (entry, why) => {
			if (entry.process === undefined) {
				return;
			}
			entry.said = `not heard: ${why}`;
			if (entry.service?.ready.tag === 'notify') {
				ready.told(entry, entry.said);
			}
		},
	});
	const pipes = new ReadyPipes({
		native,
		poller,
		kept,
		keptChanged,
		written: ports.written,
		good: (entry) => ready.good(entry),
		closed: (entry) => ready.told(entry, 'closed without a line break'),
	});
	const ready = new Ready({
		interpreter,
		sockets,
		pipes,
		store,
		executed: (entry) => {
			if (entry.process !== undefined && !entry.process.executed) {
				starts.executed(entry, entry.process);
			}
		},
		begin: (entry, how, tell) => begin(ports, entry, how, tell),
	});
	return { ready, health, mains };
}

function begin(ports: ReadinessPorts, entry: Entry, how: How, tell: Told): (() => void) | undefined {
	switch (how.tag) {
		case 'tcp':
		case 'http':
		case 'run':
			return retry(tries(ports, entry, how), tell);
		case 'log':
			return awaitLine((line) => ports.linesOf(entry, beginOf(ports, entry), line), how.pattern, tell);
		default:
			return undefined;
	}
}

/**
 * A moment before this life of an entry could write, milliseconds since 1970: lines from before are another's. From the ledger,
 * for the daemon that made the start may be dead.
 */
function beginOf({ ledger }: Pick<ReadinessPorts, 'ledger'>, { process }: Entry): number {
	return process === undefined ? Date.now() : ledger.begun(process.slot) || process.since;
}

/** How often another may have answered before it is enough that this one would hear of who connects. */
const othersMost = 3;

/** How many connections in a row are made to find one that it has accepted. */
const turnsMost = 8;

/** Beside another process of the service it has to be this one who answers. */
function tries(
	ports: ReadinessPorts,
	entry: Entry,
	check: Check,
): (signal: AbortSignal) => Promise<string | undefined> {
	let others = 0;
	let listener = -1;
	return async (signal) => {
		if (entry.overlap === undefined || check.tag === 'run' || entry.process === undefined) {
			return await tryOurs(ports, entry, check, signal);
		}
		const pids = ports.tree.whole(entry.process);
		const isOurs = (inode: number) => pids.some((pid) => holds(pid, new Set([`socket:[${inode}]`])) === true);
		const bounded = AbortSignal.any([signal, AbortSignal.timeout(tryMost)]);
		for (let turn = 0; turn < turnsMost && !bounded.aborted; turn++) {
			const answered = await tryNew(ports.native, check, isOurs, bounded);
			if (answered.bad !== undefined || answered.other === undefined) {
				return answered.bad;
			}
			// Where the kernel wakes one of several, that may be the same one for ever.
			if (++others === othersMost) {
				listener = ports.native.tcpListener(answered.other.address, answered.other.port);
			}
			if (others >= othersMost && pids.some((pid) => polls(pid, listener))) {
				return undefined;
			}
		}
		return 'the process before answers there';
	};
}

/** Whoever answers has to be this service: until it listens, the port may be somebody else's. */
async function tryOurs(
	{ native, tree, run }: ReadinessPorts,
	entry: Entry,
	check: Check,
	signal: AbortSignal,
): Promise<string | undefined> {
	const tried = await tryCheck(check, entry, run, { timeout: tryMost, signal });
	if (tried.bad !== undefined || tried.peer === undefined || entry.process === undefined) {
		return tried.bad;
	}
	const uid = strangerAt(native, tried.peer, tree.whole(entry.process));
	if (uid === undefined) {
		return undefined;
	}
	// What archon keeps for services it has itself.
	return strangerAt(native, tried.peer, [process.pid]) === undefined
		? 'archon listens there for a service (Sockets says for which), and this one does not'
		: `another process listens there (uid ${uid})`;
}
