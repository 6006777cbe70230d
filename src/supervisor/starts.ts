import { isRefusal } from '../base/refusal.ts';
import type { Batch } from '../events/batch.ts';
import { execStage, type Ledger } from '../keeper/ledger.ts';
import type { Addon, SpawnRequest } from '../native/addon.ts';
import type { Poller } from '../native/poller.ts';
import type { Aside } from './aside.ts';
import { BegunStarts } from './begun-starts.ts';
import { type Broken, brokenOf } from './broken.ts';
import type { Answered } from './ends.ts';
import type { Entry, Main } from './entry.ts';
import type { Extras } from './extras.ts';
import type { Interpreter } from './interpret.ts';
import { pack } from './launch.ts';
import type { LogPair, Output } from './output.ts';
import { directoryOf, kindOf, logNameOf, logOf, nameOf, type Owner, ownOf } from './owner.ts';
import { Recent } from './recent.ts';

export type StartPorts = {
	readonly native: Addon;
	readonly poller: Poller;
	readonly ledger: Ledger;
	readonly output: Output;
	readonly batch: Batch;
};

/**
 * Starts processes. The slot in the ledger is claimed before the clone, so from its first instruction on a process has a
 * place for its pid and its status, whatever becomes of the daemon meanwhile.
 */
export class Starts {
	/** Those that were begun before this daemon. */
	readonly begun: BegunStarts;
	readonly #ports: StartPorts;
	readonly #interpreter: () => Interpreter;
	readonly #bySlot = new Map<number, Owner>();
	/** Where the `ExitStatus` of a run goes. */
	readonly #answers = new WeakMap<Owner, Answered>();
	readonly #pids = new Set<number>();
	readonly #ended = new Recent();

	constructor(ports: StartPorts, interpreter: () => Interpreter) {
		this.begun = new BegunStarts(ports.ledger);
		this.#ports = ports;
		this.#interpreter = interpreter;
	}

	/** Has the keeper answer there when the entry's process ends. */
	answerOn(entry: Entry, answer: Answered): void {
		this.#answers.set(entry, answer);
	}

	/** The effect `spawn`: what goes wrong at once is fed to the entry's life. */
	spawn(entry: Entry, extras?: Extras): void {
		const broken = this.#try(entry, extras);
		// Descriptors that came with a request are the child's by now, or nobody's.
		if (entry.launch !== undefined && entry.launch.fds.length > 0) {
			this.#ports.native.closeLater(entry.launch.fds);
		}
		if (broken !== undefined) {
			this.feedBroken(entry, broken);
		}
	}

	/** Starts a command on behalf of an entry; the step that failed when it cannot be. */
	beside(aside: Aside, extras: Extras | undefined): Broken | undefined {
		return this.#try(aside, extras);
	}

	feedBroken(entry: Entry, broken: Broken): void {
		this.#interpreter().apply(entry, { tag: 'broken', ...broken, at: Date.now(), chance: Math.random() });
	}

	/** Whether that pid is a process that was started here: of nobody's tree, it has an end of its own. */
	isMain(pid: number): boolean {
		return this.#pids.has(pid);
	}

	/** On whose behalf a process was started that has ended, where it was one of the latest to; told late by the kernel. */
	endedOf(pid: number): string | undefined {
		return this.#ended.nameOf(pid);
	}

	/** A process that a service names as its main one (ready/main-pids.ts), or that is it no longer. */
	setMain(pid: number, isIt: boolean): void {
		if (isIt) {
			this.#pids.add(pid);
		} else {
			this.#pids.delete(pid);
		}
	}

	/** The pid of the process that was started in a slot. */
	pidOf(slot: number): number {
		return this.#ports.ledger.pid(slot);
	}

	ownerOf(slot: number): Owner | undefined {
		return this.#bySlot.get(slot);
	}

	/** Each has the process of the other now. */
	swapped(...entries: readonly Entry[]): void {
		for (const entry of entries) {
			if (entry.process !== undefined) {
				this.#bySlot.set(entry.process.slot, entry);
			}
		}
	}

	/** A process of a daemon that died: it goes on under an owner of its own until it has ended. */
	takeOver(owner: Owner, slot: number): void {
		this.#bySlot.set(slot, owner);
		this.#pids.add(this.#ports.ledger.pid(slot));
	}

	/**
	 * Settles how exec went, as soon as the child has left our memory: fed as `spawned` when it succeeded; otherwise
	 * which step failed. Asked again it says the same.
	 */
	executed(owner: Owner, main: Main): Broken | undefined {
		const { native, ledger, poller } = this.#ports;
		const err = ledger.err(main.slot);
		const stage = ledger.stage(main.slot);
		if (!main.executed) {
			main.executed = true;
			poller.forget(main.token);
			native.spawnDone(main.slot);
			if (err === 0 && stage >= execStage && owner.kind !== 'aside') {
				this.#interpreter().apply(owner, { tag: 'spawned', at: main.since });
			}
		}
		return err === 0 && stage >= execStage ? undefined : brokenOf(stage, err, directoryOf(owner));
	}

	/** The process has ended: what it could write into, and did not, serves a start that follows at once. */
	endOutput({ log }: Main): void {
		this.#giveBack(log);
	}

	/** The process has ended and that is settled: gives back what else it held but its place in the ledger. */
	end(owner: Owner, main: Main): void {
		const { native, batch } = this.#ports;
		this.#bySlot.delete(main.slot);
		this.#pids.delete(main.pid);
		this.#ended.add(main.pid, nameOf(owner));
		// A start that followed at once has taken its place already.
		if (owner.process === main) {
			owner.process = undefined;
		}
		batch.after(() => native.close(main.pidfd));
	}

	#try(owner: Owner, extras: Extras | undefined): Broken | undefined {
		const { launch } = owner;
		if (launch === undefined) {
			return { step: 'start', text: 'what to start is not known any more' };
		}
		const log =
			launch.fds.length > 0 || extras?.stdio !== undefined
				? undefined
				: this.#ports.output.take(kindOf(owner), logNameOf(owner), extras?.identity?.owner, logOf(owner));
		if (isRefusal(log)) {
			return { step: 'output', text: log.refused };
		}
		const { ledger } = this.#ports;
		const place = ledger.claim({
			kind: kindOf(owner),
			conn: this.#answers.get(owner)?.conn ?? -1,
			log: log?.log ?? -1,
			name: nameOf(owner),
			request: this.#answers.get(owner)?.request ?? 0,
		});
		if (place === undefined) {
			this.#giveBack(log);
			return { step: 'slot', text: 'all 16384 places for processes are taken' };
		}
		return this.#clone(owner, place, log, extras);
	}

	#clone(
		owner: Owner,
		place: { slot: number; start: number },
		log: LogPair | undefined,
		extras: Extras | undefined,
	): Broken | undefined {
		const { native, ledger, poller } = this.#ports;
		const { launch } = owner as { launch: NonNullable<Entry['launch']> };
		const [stdin = -1, stdout = -1, stderr = -1, directory = -1] = extras?.stdio?.fds ?? launch.fds;
		const own = extras?.own ?? ownOf(owner);
		const asked = extras?.args === undefined ? launch : { ...launch, args: extras.args };
		const block = pack(asked, own, log?.paths ?? ['', ''], extras?.identity?.base);
		const token = poller.token(() => {
			if (owner.process?.slot === place.slot) {
				this.executed(owner, owner.process);
			}
		});
		const want = { slot: place.slot, ...block, stdin, stdout, stderr, directory, execToken: token };
		const result = this.#spawn(want, block.pidSetting, extras);
		if (result < 0) {
			const broken = brokenOf(ledger.stage(place.slot), -result, directoryOf(owner));
			poller.forget(token);
			ledger.release(place.slot);
			this.#giveBack(log);
			return broken;
		}
		if (owner.kind !== 'aside') {
			owner.newest = place.start;
		}
		const [pid = 0, pidfd = -1] = native.spawned;
		const since = Date.now();
		const cgroup = extras?.cgroup;
		owner.process = { pid, pidfd, ...place, since, log, token, executed: false, cgroup };
		this.#bySlot.set(place.slot, owner);
		this.#pids.add(pid);
		return undefined;
	}

	/** 0 or -errno. */
	#spawn(want: SpawnRequest, pidSetting: number | undefined, extras: Extras | undefined): number {
		const { native } = this.#ports;
		if (extras === undefined) {
			return native.spawn(want);
		}
		const { passed, identity, cgroup, stdio, listens } = extras;
		const directory = cgroup?.open();
		const result = native.spawn(want, {
			passed,
			pidSetting,
			identity: identity?.spawn,
			cgroup: directory,
			listens,
			// Where memory runs out those who share it are killed together: that would be the daemon.
			copy: cgroup?.isBounded,
			terminal: stdio?.isTerminal,
		});
		if (directory !== undefined && directory >= 0) {
			native.close(directory);
		}
		return result;
	}

	#giveBack(log: LogPair | undefined): void {
		if (log !== undefined) {
			this.#ports.output.give(log);
		}
	}
}
