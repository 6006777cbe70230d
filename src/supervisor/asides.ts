import { formatDuration } from '../base/duration.ts';
import { isRefusal } from '../base/refusal.ts';
import type { Ledger } from '../keeper/ledger.ts';
import type { Addon } from '../native/addon.ts';
import type { Poller } from '../native/poller.ts';
import { killWait } from '../process/moves.ts';
import type { Aside, Outcome } from './aside.ts';
import { brokenBy } from './begin.ts';
import type { Broken } from './broken.ts';
import type { Entry, Main } from './entry.ts';
import { type PreparePorts, prepare } from './prepare.ts';
import type { Starts } from './starts.ts';
import { Sweep } from './sweep.ts';
import type { Root, Tree } from './tree.ts';

/** How many commands may run on behalf of one service at a time. */
export const asidesMost = 8;

const killSignal = 9;
const stopSignal = 15;

export type AsidePorts = {
	readonly native: Pick<Addon, 'pidfdSignal' | 'close'>;
	readonly poller: Poller;
	readonly ledger: Ledger;
	readonly starts: Starts;
	readonly tree: Tree;
	readonly preparing: PreparePorts;
};

export type AsideOptions = {
	/** After that many milliseconds it is killed; undefined: it may take as long as it likes. */
	readonly timeout?: number;
	/** Settings on top of those of the service; latin1. */
	readonly env?: ReadonlyMap<string, string>;
	/** It is killed when this aborts. */
	readonly signal?: AbortSignal;
};

/** One that runs; the timer bounds what is waited for next. */
type Running = {
	readonly aside: Aside;
	/** What its control group is called: it has one of its own, for the service's are ended all at once. */
	readonly group: string;
	readonly resolve: (outcome: Outcome) => void;
	/** Whether the process itself has ended. */
	isOver: boolean;
	timer: NodeJS.Timeout | undefined;
	/** Why it was killed, which is then its outcome whatever its end. */
	killed: Broken | undefined;
};

/**
 * Commands on behalf of a service, before its main process or beside it: checks, `before`, `reload`. Each is a process
 * like any other (a place in the ledger, a mark, the user, limits, directory and environment of the service, its output
 * in the service's log), but its end goes to whoever ran it and never to the entry's life, and is told by no event.
 */
export class Asides {
	readonly #ports: AsidePorts;
	readonly #running = new Map<Entry, Set<Running>>();
	/** How many there have been, which is part of what their control groups are called. */
	#count = 0;

	constructor(ports: AsidePorts) {
		this.#ports = ports;
	}

	/**
	 * Runs a command and resolves when it and all it started are gone: with its end, or with why it has none (the step of
	 * its start that failed; `timeout`; `cancelled`). What not even KILL ends within 2 s is not waited for.
	 */
	async run(entry: Entry, args: readonly string[], options: AsideOptions = {}): Promise<Outcome> {
		const refused = this.#refuse(entry, options);
		if (refused !== undefined) {
			return { broken: refused };
		}
		const { promise, resolve } = Promise.withResolvers<Outcome>();
		const running = this.#add(entry, args, options, resolve);
		const { signal, timeout } = options;
		const cancel = () => this.#kill(running, cancelled);
		signal?.addEventListener('abort', cancel, { once: true });
		if (timeout !== undefined) {
			running.timer = setTimeout(() => this.#kill(running, late(timeout)), timeout);
		}
		await this.#start(running);
		const outcome = await promise;
		clearTimeout(running.timer);
		signal?.removeEventListener('abort', cancel);
		return outcome;
	}

	/** The life of an entry changed: what ran on its behalf is killed when it is being ended or has ended. */
	changed(entry: Entry): void {
		const running = this.#running.get(entry);
		const { tag } = entry.life.state;
		if (running === undefined || tag === 'starting' || tag === 'running' || tag === 'paused') {
			return;
		}
		for (const one of running) {
			this.#kill(one, cancelled);
		}
	}

	/** Ends what is left of a command of a daemon that died; `process` is undefined when it has ended itself. */
	takeOver(entry: Entry, slot: number, process: Main | undefined): void {
		const { ledger, starts, preparing } = this.#ports;
		const root = { pid: ledger.pid(slot), start: ledger.start(slot) };
		if (!isRefusal(preparing.cgroups)) {
			for (const group of preparing.cgroups.foundBeside(entry.name)) {
				group.kill();
			}
		}
		const sweep = () => this.#sweep(root, () => ledger.release(slot));
		if (process === undefined) {
			sweep();
			return;
		}
		const launch = { args: [], env: nothing, directory: '/', fds: [] };
		starts.takeOver({ kind: 'aside', entry, launch, process, ended: sweep }, slot);
		this.#ports.native.pidfdSignal(process.pidfd, killSignal);
	}

	/**
	 * Ends what a process of a daemon that died had started and left, which may be the main one by then (MAINPID=): first
	 * asked, killed after `grace` milliseconds. `then` is called when nothing is left.
	 */
	endLeft(slot: number, grace: number, then: () => void): void {
		const { ledger } = this.#ports;
		const root = { pid: ledger.pid(slot), start: ledger.start(slot) };
		let timer: NodeJS.Timeout | undefined;
		let isOver = false;
		const sweep = new Sweep(this.#ports, root, stopSignal, () => {
			isOver = true;
			clearTimeout(timer);
			then();
		});
		sweep.go();
		if (!isOver) {
			timer = setTimeout(() => sweep.go(killSignal), grace);
		}
	}

	#refuse(entry: Entry, { signal }: AsideOptions): Broken | undefined {
		if (signal?.aborted) {
			return cancelled;
		}
		return (this.#running.get(entry)?.size ?? 0) < asidesMost
			? undefined
			: { step: 'start', text: `${asidesMost} commands of this service are running already` };
	}

	#add(
		entry: Entry,
		args: readonly string[],
		{ env = nothing }: AsideOptions,
		resolve: (outcome: Outcome) => void,
	): Running {
		const aside: Aside = {
			kind: 'aside',
			entry,
			launch: launchOf(entry, args, env),
			process: undefined,
			ended: (main, outcome) => this.#ended(running, main, outcome),
		};
		const group = `${entry.name}~${this.#ports.ledger.generation}.${++this.#count}`;
		const running: Running = { aside, group, resolve, isOver: false, timer: undefined, killed: undefined };
		this.#running.set(entry, (this.#running.get(entry) ?? new Set()).add(running));
		return running;
	}

	async #start(running: Running): Promise<void> {
		const { preparing, starts } = this.#ports;
		const { aside, group } = running;
		const { service } = aside.entry;
		// It speaks for itself, not for the service.
		const own = service && { ...service, watchdog: undefined };
		const extras = own && (await prepare(aside.entry, own, preparing, group));
		const broken = running.killed ?? (isRefusal(extras) ? brokenBy(extras) : starts.beside(aside, extras));
		if (broken !== undefined) {
			this.#remove(running);
			running.resolve({ broken });
		}
	}

	/** What it started is ended when it has ended itself: only then can it be found. */
	#kill(running: Running, why: Broken): void {
		const { aside } = running;
		if (running.killed !== undefined || running.isOver) {
			return;
		}
		running.killed = why;
		if (aside.process !== undefined) {
			this.#ports.native.pidfdSignal(aside.process.pidfd, killSignal);
			aside.process.cgroup?.kill();
		}
		this.#bound(running, { broken: why });
	}

	#ended(running: Running, main: Main, ended: Outcome): void {
		const outcome = running.killed === undefined ? ended : { broken: running.killed };
		running.isOver = true;
		this.#bound(running, outcome);
		this.#sweep(main, () => {
			this.#ports.ledger.release(main.slot);
			this.#remove(running);
			running.resolve(outcome);
		});
	}

	#remove(running: Running): void {
		const { cgroups } = this.#ports.preparing;
		const { entry } = running.aside;
		const rest = this.#running.get(entry);
		rest?.delete(running);
		if (rest?.size === 0) {
			this.#running.delete(entry);
		}
		if (!isRefusal(cgroups)) {
			cgroups.remove(running.group);
		}
	}

	/** The place in the ledger is kept meanwhile: a daemon that takes over sweeps again. */
	#sweep(root: Root, then: () => void): void {
		new Sweep(this.#ports, root, killSignal, then).go();
	}

	#bound(running: Running, outcome: Outcome): void {
		clearTimeout(running.timer);
		running.timer = setTimeout(() => running.resolve(outcome), killWait);
	}
}

const nothing: ReadonlyMap<string, string> = new Map();
const cancelled: Broken = { step: 'cancelled', text: 'it was given up' };

function late(timeout: number): Broken {
	return { step: 'timeout', text: `it did not end within ${formatDuration(timeout)}` };
}

function launchOf(entry: Entry, args: readonly string[], env: ReadonlyMap<string, string>): Aside['launch'] {
	const own = entry.launch ?? { args, env: nothing, directory: '/' };
	return { ...own, args, env: new Map([...own.env, ...env]), fds: [] };
}
