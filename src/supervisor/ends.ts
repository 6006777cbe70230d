import { counted } from '../base/counted.ts';
import type { Batch } from '../events/batch.ts';
import { execStage, type Ledger, slotState } from '../keeper/ledger.ts';
import type { End } from '../process/state.ts';
import type { Aside } from './aside.ts';
import { endOf, failureText } from './describe.ts';
import type { Entry, Main } from './entry.ts';
import type { Interpreter } from './interpret.ts';
import type { MainPids } from './ready/main-pids.ts';
import type { Starts } from './starts.ts';
import type { Tree } from './tree.ts';

export type EndPorts = {
	readonly ledger: Ledger;
	readonly batch: Batch;
	readonly starts: Starts;
	readonly tree: Tree;
	readonly interpreter: Interpreter;
	/** Hears what a process said before it ended. */
	readonly drain: (entry: Entry) => void;
	/** Whether a connection starts it, and nobody was accepted of those who wait for that. */
	readonly isUnserved: (entry: Entry) => boolean;
	readonly mains: () => Pick<MainPids, 'isReplaced'>;
	/** A run that was asked for by that request has ended with that wait status (-1: not known), and is not told yet. */
	readonly runEnded: (request: number, status: number) => void;
	readonly onFault: (fault: unknown) => void;
};

/** Where the `ExitStatus` of a run goes: a connection of the keeper's, and the number of the request, or 0. */
export type Answered = { readonly conn: number; readonly request: number };

/** Settles the ends that the keeper wrote into the ledger. */
export class Ends {
	readonly #ports: EndPorts;
	/** Slots that are to be free once the keeper has done with them: it has written the end, and sent its `ExitStatus`. */
	readonly #awaited = new Set<number>();
	readonly #replied = new Map<number, { readonly request: number; readonly then: () => void }>();
	/** Whom to tell that their reply is out, once everything is settled: what they do may bring us back here. */
	readonly #due: (() => void)[] = [];
	#isTelling = false;

	constructor(ports: EndPorts) {
		this.#ports = ports;
	}

	/** Calls back once the keeper has replied to that request on that connection. */
	whenReplied({ conn, request }: Answered, then: () => void): void {
		this.#replied.set(conn, { request, then });
	}

	/** Everything that ended since the last time. Called before any request is handled, and when the keeper wakes us. */
	settle(): void {
		const { ledger, tree } = this.#ports;
		if (ledger.exits.hasSome()) {
			// All that have ended by now, so that one look at the keeper's children does for all of them.
			tree.lookOnce([...ledger.exits.taken()], (slot) => this.#settleOne(slot));
		}
		this.#settleReplies();
		this.#tell();
	}

	/** The same for one that had ended before this daemon took over. */
	settleOne(slot: number): void {
		this.#settleOne(slot);
	}

	#settleReplies(): void {
		if (this.#awaited.size > 0) {
			for (const slot of this.#awaited) {
				if (!this.#isKeepers(slot)) {
					this.#awaited.delete(slot);
					this.#finish(slot);
				}
			}
		}
	}

	#settleOne(slot: number): void {
		const { ledger, starts } = this.#ports;
		const owner = starts.ownerOf(slot);
		if (ledger.state(slot) < slotState.exited) {
			return;
		}
		// Without an owner it was settled when this daemon took over; the ring names it once more.
		if (owner?.process?.slot !== slot) {
			// Or it was replaced as the main one by another that has ended before it.
			this.#ports.mains().isReplaced(slot);
		} else if (owner.kind === 'aside') {
			this.#endAside(owner, slot);
		} else if (!this.#isReplaced(owner, slot)) {
			this.#feed(owner, slot);
			this.free(slot);
		}
	}

	/** What it said last comes first: that another is the main process, for one. */
	#isReplaced(entry: Entry, slot: number): boolean {
		const main = entry.process as Main;
		if (this.#ports.starts.executed(entry, main) !== undefined) {
			return false;
		}
		this.#ports.drain(entry);
		return this.#ports.mains().isReplaced(slot);
	}

	/** A process that a service had named as its main one has ended. */
	mainEnded(entry: Entry, main: Main, end: End): void {
		this.#ports.drain(entry);
		this.#settleEnd(entry, main, end, { at: Date.now(), chance: Math.random() });
	}

	#feed(entry: Entry, slot: number): void {
		const { ledger, starts, interpreter } = this.#ports;
		if (entry.kind === 'run' && ledger.request(slot) !== 0 && ledger.stage(slot) >= execStage) {
			this.#ports.runEnded(ledger.request(slot), ledger.status(slot));
		}
		const main = entry.process as Main;
		const broken = starts.executed(entry, main);
		const observed = { at: ledger.ended(slot), chance: Math.random() };
		if (broken !== undefined) {
			starts.endOutput(main);
			interpreter.apply(entry, { tag: 'broken', ...broken, ...observed });
			starts.end(entry, main);
			return;
		}
		const status = ledger.status(slot);
		if (status < 0) {
			entry.remark = unseen;
		}
		this.#settleEnd(entry, main, endKnown(status), observed);
	}

	#settleEnd(entry: Entry, main: Main, end: End, observed: { at: number; chance: number }): void {
		const { ledger, starts, tree, interpreter } = this.#ports;
		starts.endOutput(main);
		entry.last = end;
		entry.tree = { pid: ledger.pid(main.slot), start: main.start, cgroup: main.cgroup };
		// Where a daemon that died had begun the next start, nothing was left: what is there now is of that.
		const isTreeOurs =
			!starts.begun.has(entry) &&
			(entry.life.state.tag === 'stopping' || (entry.kind === 'daemon' && entry.service?.sweeps !== false));
		const left = isTreeOurs ? tree.left(entry.tree).length : 0;
		if (left > 0 && entry.kind === 'daemon' && end.tag === 'exit' && end.code === 0) {
			entry.remark = `left ${counted(left, 'process', 'processes')}: run it in the foreground`;
		}
		const unserved = this.#ports.isUnserved(entry);
		if (unserved && left === 0) {
			entry.remark = failureText({ tag: 'unserved', end });
		}
		interpreter.apply(entry, { tag: 'exited', end, left, unserved, ...observed });
		starts.end(entry, main);
	}

	/** Its place in the ledger is given back by whoever ran it, when all it left behind is gone. */
	#endAside(aside: Aside, slot: number): void {
		const { ledger, starts } = this.#ports;
		const main = aside.process as Main;
		const broken = starts.executed(aside, main);
		const end = endKnown(ledger.status(slot));
		starts.endOutput(main);
		starts.end(aside, main);
		aside.ended(main, broken === undefined ? { end } : { broken });
	}

	/** Gives the place of a settled end back, as soon as the keeper has sent what it owes for it. */
	free(slot: number): void {
		if (this.#isKeepers(slot)) {
			this.#awaited.add(slot);
			return;
		}
		this.#finish(slot);
	}

	/** The keeper has still to write into it. */
	#isKeepers(slot: number): boolean {
		const { ledger } = this.#ports;
		const state = ledger.state(slot);
		const owesReply = ledger.conn(slot) >= 0 && ledger.stage(slot) >= execStage;
		return state === slotState.intent || (owesReply && state !== slotState.replied);
	}

	/** The place is free once the end is in the journal: a daemon that died before would settle it again. */
	#finish(slot: number): void {
		const { ledger, batch } = this.#ports;
		const conn = ledger.conn(slot);
		const isReplied = ledger.state(slot) === slotState.replied;
		batch.after(() => ledger.release(slot));
		const waiting = this.#replied.get(conn);
		if (conn >= 0 && isReplied && waiting?.request === ledger.request(slot)) {
			this.#replied.delete(conn);
			this.#due.push(waiting.then);
		}
	}

	#tell(): void {
		if (this.#isTelling) {
			return;
		}
		this.#isTelling = true;
		for (let then = this.#due.shift(); then !== undefined; then = this.#due.shift()) {
			try {
				then();
			} catch (fault) {
				this.#ports.onFault(fault);
			}
		}
		this.#isTelling = false;
	}
}

/** Why it is not known how one ended. */
const unseen = 'ended while no archond was there to see how';

/** A wait status, or -1 of one whose end nobody saw. */
function endKnown(status: number): End {
	return status < 0 ? { tag: 'unknown' } : endOf(status);
}
