import { formatDuration } from '../base/duration.ts';
import type { Ledger } from '../keeper/ledger.ts';
import type { Addon } from '../native/addon.ts';
import type { Poller } from '../native/poller.ts';
import { killWait } from '../process/moves.ts';
import type { Aside, Broken, Outcome } from './aside.ts';
import type { Entry, Main } from './entry.ts';
import type { Starts } from './starts.ts';
import { Sweep } from './sweep.ts';
import type { Tree } from './tree.ts';

/** How many commands may run on behalf of one service at a time. */
export const asidesMost = 8;

const killSignal = 9;

export type AsidePorts = {
	readonly native: Pick<Addon, 'pidfdSignal' | 'close'>;
	readonly poller: Poller;
	readonly ledger: Ledger;
	readonly starts: Starts;
	readonly tree: Tree;
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
	readonly resolve: (outcome: Outcome) => void;
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

	constructor(ports: AsidePorts) {
		this.#ports = ports;
	}

	/**
	 * Runs a command and resolves when it and all it started are gone: with its end, or with why it has none (the step of
	 * its start that failed; `timeout`; `cancelled`). What not even KILL ends within 2 s is not waited for.
	 */
	run(entry: Entry, args: readonly string[], options: AsideOptions = {}): Promise<Outcome> {
		const refused = this.#refuse(entry, options);
		return refused === undefined
			? new Promise((resolve) => this.#begin(entry, args, options, resolve))
			: Promise.resolve({ broken: refused });
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
		const { ledger, starts } = this.#ports;
		const root = { pid: ledger.pid(slot), start: ledger.start(slot) };
		const sweep = () => this.#sweep(root, () => ledger.release(slot));
		if (process === undefined) {
			sweep();
			return;
		}
		const launch = { args: [], env: nothing, directory: '/', fds: [] };
		starts.takeOver({ kind: 'aside', entry, launch, process, ended: sweep }, slot);
		this.#ports.native.pidfdSignal(process.pidfd, killSignal);
	}

	#refuse(entry: Entry, { signal }: AsideOptions): Broken | undefined {
		if (signal?.aborted) {
			return cancelled;
		}
		return (this.#running.get(entry)?.size ?? 0) < asidesMost
			? undefined
			: { step: 'start', text: `${asidesMost} commands of this service are running already` };
	}

	#begin(
		entry: Entry,
		args: readonly string[],
		{ timeout, env = nothing, signal }: AsideOptions,
		done: (outcome: Outcome) => void,
	): void {
		const cancel = () => this.#kill(running, cancelled);
		const resolve = (outcome: Outcome) => {
			clearTimeout(running.timer);
			signal?.removeEventListener('abort', cancel);
			done(outcome);
		};
		const aside: Aside = {
			kind: 'aside',
			entry,
			launch: launchOf(entry, args, env),
			process: undefined,
			ended: (outcome) => this.#ended(running, main, outcome),
		};
		const running: Running = { aside, resolve, timer: undefined, killed: undefined };
		const broken = this.#ports.starts.beside(aside);
		if (broken !== undefined) {
			resolve({ broken });
			return;
		}
		const main = aside.process as unknown as Main;
		this.#running.set(entry, (this.#running.get(entry) ?? new Set()).add(running));
		signal?.addEventListener('abort', cancel, { once: true });
		if (timeout !== undefined) {
			running.timer = setTimeout(() => this.#kill(running, late(timeout)), timeout);
		}
	}

	/** What it started is ended when it has ended itself: only then can it be found. */
	#kill(running: Running, why: Broken): void {
		const { aside } = running;
		if (running.killed !== undefined || aside.process === undefined) {
			return;
		}
		running.killed = why;
		this.#ports.native.pidfdSignal(aside.process.pidfd, killSignal);
		this.#bound(running, { broken: why });
	}

	#ended(running: Running, main: Main, ended: Outcome): void {
		const { ledger } = this.#ports;
		const { entry } = running.aside;
		const outcome = running.killed === undefined ? ended : { broken: running.killed };
		const rest = this.#running.get(entry);
		rest?.delete(running);
		if (rest?.size === 0) {
			this.#running.delete(entry);
		}
		this.#bound(running, outcome);
		this.#sweep(main, () => {
			ledger.release(main.slot);
			running.resolve(outcome);
		});
	}

	/** The place in the ledger is kept meanwhile: a daemon that takes over sweeps again. */
	#sweep(root: { readonly pid: number; readonly start: number }, then: () => void): void {
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
