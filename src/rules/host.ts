import { tell, type Waiting } from './backlog.ts';
import { callsPerMessage, fairBatch, messagesAhead } from './fair.ts';
import type { HostPorts } from './host-ports.ts';
import { type Loaded, type Loading, mistaken, type Resident } from './resident.ts';
import type { ProcessView } from './rule.ts';
import { type Lost, Running } from './running.ts';

/**
 * Files that share a thread, which is there while they need it. When it is lost, whatever it was at gets an error, and
 * everything else that it had not answered is done anew in another.
 */
export class Host {
	readonly residents = new Set<Resident>();
	/** Files that are to be loaded, one after the other. */
	readonly loads: Loading[] = [];
	/** Whether a thread that was lost is replaced at once, or when a file is called. */
	isEager = true;
	readonly #ports: HostPorts;
	#running: Running | undefined;
	readonly #turns = { last: 0 };
	/** A thread was lost and nobody knows by what: one thing at a time, until that is known. */
	#isCareful = false;
	#isDue = false;

	constructor(ports: HostPorts) {
		this.#ports = ports;
	}

	/** Nobody needs its thread. */
	get isEmpty(): boolean {
		return this.residents.size === 0 && this.loads.length === 0 && this.#running?.loading === undefined;
	}

	/** Something is to be done. It is sent at the end of this turn, together with what else comes up until then. */
	stir(): void {
		if (!this.#isDue) {
			this.#isDue = true;
			queueMicrotask(() => {
				this.#isDue = false;
				this.#send();
			});
		}
	}

	know(name: string, view: ProcessView | undefined): void {
		this.#running?.told.changed(name, view);
	}

	/** A file lives here now; `isHeld`: this thread has just loaded it. */
	take(resident: Resident, isHeld = false): void {
		resident.host = this;
		this.residents.add(resident);
		if (isHeld) {
			this.#running?.holds.add(resident);
		}
		this.stir();
	}

	/** What was sent for a file is taken back and waits again. */
	recall(resident: Resident): void {
		this.#running?.recall(resident);
		resident.backlog.recall();
	}

	/** A file lives here no longer. */
	leave(resident: Resident): void {
		this.recall(resident);
		this.#running?.holds.delete(resident);
		this.residents.delete(resident);
		this.stir();
	}

	/** The thread need not have this file any more. */
	drop(file: string): void {
		this.#running?.drop(file);
	}

	/** Whether anything but this waits here. */
	isWaitedFor(at: Resident | Loading): boolean {
		return (
			this.#running?.isLoadingOther(at) ||
			this.loads.length > 0 ||
			[...this.residents].some((it) => it !== at && it.backlog.pending > 0)
		);
	}

	/** What is to be loaded here and can be loaded elsewhere: all but this, which is being loaded. */
	giveLoads(at: Resident | Loading): Loading[] {
		const given = this.#running?.isLoadingOther(at) ? this.#running.giveLoading() : undefined;
		// What was lost is loaded again wherever it lives.
		return [...(given === undefined || given.again ? [] : [given]), ...this.loads.splice(0)];
	}

	/** Ends the thread and begins another; what it had not answered is done anew, but for what is loaded elsewhere. */
	restart(elsewhere: Loading | undefined): void {
		const { loading } = this.#running ?? {};
		this.#putBack(loading === elsewhere ? undefined : loading);
		this.stir();
	}

	/** Ends all. What waits is not answered. */
	close(): void {
		this.residents.clear();
		this.loads.length = 0;
		this.#end();
	}

	#send(): void {
		if (this.isEmpty) {
			this.#end();
			return;
		}
		const isWanted = () => this.loads.length > 0 || [...this.residents].some((it) => this.#isToBeLoaded(it));
		this.#running ??= isWanted() ? this.#start() : undefined;
		if (!this.#running?.isReady || !this.#isFree(this.#running)) {
			return;
		}
		// Calls first, so that none waits for more than one file to be loaded.
		this.#call(this.#running);
		if (!this.#isFree(this.#running)) {
			return;
		}
		const next =
			this.#lostOne(this.#running, ({ backlog }) => backlog.waiting > 0) ??
			this.loads.shift() ??
			(this.#running.isIdle ? this.#lostOne(this.#running, () => true) : undefined);
		if (next !== undefined) {
			this.#running.load(next);
		} else if (this.#running.isIdle) {
			this.#isCareful = false;
		}
	}

	/** One file is loaded at a time, so that it is known which one ended the thread. */
	#isFree(running: Running): boolean {
		return running.loading === undefined && (!this.#isCareful || running.isIdle);
	}

	#isToBeLoaded({ isPaused, isBroken, backlog }: Resident): boolean {
		return !isPaused && (backlog.waiting > 0 || (this.isEager && !isBroken));
	}

	/** A file that the thread should hold and does not. */
	#lostOne({ holds }: Running, fits: (resident: Resident) => boolean): Loading | undefined {
		const again = [...this.residents].find((it) => !holds.has(it) && this.#isToBeLoaded(it) && fits(it));
		if (again === undefined) {
			return undefined;
		}
		const { file, source, state } = again;
		return { file, source, state, again, done: (loaded) => this.#loadedAgain(again, loaded) };
	}

	#loadedAgain(resident: Resident, loaded: Loaded): void {
		resident.isBroken = 'mistakes' in loaded;
		if ('mistakes' in loaded) {
			const { text = '', line = 0 } = loaded.mistakes[0] ?? {};
			tell(resident.backlog.fail({ wrong: `its file could not be loaded again: ${text}`, line }));
		} else if (this.residents.has(resident)) {
			this.#running?.holds.add(resident);
		}
	}

	#call(running: Running): void {
		const [most, ahead] = this.#isCareful ? [1, 1] : [callsPerMessage, messagesAhead];
		while (running.ahead < ahead) {
			const callable = [...running.holds].filter(({ isPaused }) => !isPaused);
			const taken = fairBatch(callable, most, this.#turns);
			if (taken.length === 0) {
				break;
			}
			running.call(taken);
		}
	}

	#start(): Running {
		return new Running(this.#ports.program, this.#ports.known, {
			ready: () => this.stir(),
			loaded: (loading, loaded) => {
				loading.done(loaded, this);
				this.stir();
			},
			left: (resident, state) => {
				resident.state = state;
				this.#ports.keep(resident.file, state);
			},
			answered: (answers) => {
				this.stir();
				const settled: Waiting[] = [];
				for (const { to, answer } of answers) {
					to.resident.backlog.answered(answer, settled);
				}
				this.#ports.together(() => tell(settled));
			},
			slow: (at) => this.#ports.slow(this, at),
			lost: (lost) => this.#lost(lost),
		});
	}

	#lost({ why, isMemory, isStillborn, at }: Lost): void {
		const { loading, sent = [] } = this.#running ?? {};
		// With one thing at a time it can have been no other.
		const only = loading === undefined ? sent.map((call) => ({ call }))[0] : { load: loading };
		const guilty = at ?? (this.#isCareful ? only : undefined);
		const isLoad = guilty !== undefined && 'load' in guilty;
		this.#putBack(isLoad ? undefined : loading);
		this.stir();
		if (isStillborn) {
			this.#giveUp(why);
		} else if (guilty === undefined) {
			this.#isCareful = true;
		} else if ('load' in guilty) {
			const { load } = guilty;
			if (!isMemory || !this.#ports.makeRoom(this, load.again ?? load)) {
				load.done(mistaken(load.file, why), this);
			}
		} else if (!isMemory || !this.#ports.makeRoom(this, guilty.call.resident)) {
			guilty.call.waiting.outcome = { wrong: why, line: 0 };
			tell(guilty.call.resident.backlog.settled());
		}
	}

	/** No thread can be had: whatever waits for one is told. */
	#giveUp(why: string): void {
		for (const load of this.loads.splice(0)) {
			load.done(mistaken(load.file, `there is no thread for rules: ${why}`), this);
		}
		for (const resident of [...this.residents]) {
			resident.isBroken = true;
			tell(resident.backlog.fail({ wrong: `there is no thread for rules: ${why}`, line: 0 }));
		}
	}

	/** Ends the thread; what it was sent waits again. */
	#putBack(loading: Loading | undefined): void {
		this.#end();
		for (const { backlog } of this.residents) {
			backlog.recall();
		}
		if (loading !== undefined && loading.again === undefined) {
			this.loads.unshift(loading);
		}
	}

	#end(): void {
		this.#running?.end();
		this.#running = undefined;
	}
}
