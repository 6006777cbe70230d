import { pushTo } from '../base/map-of-lists.ts';
import { type Turn, turns } from '../base/pieces.ts';
import { allPids, isRunning, type Seen, seen } from './proc.ts';
import type { Strangers } from './strangers.ts';

export type DescendantPorts = {
	/** The process that all of archon's descend from. */
	readonly keeper: number;
	/** How often they are looked at, milliseconds. */
	readonly every: () => number;
	readonly strangers: Strangers;
	readonly onFault: (fault: unknown) => void;
};

/**
 * Where the kernel does not tell of processes: what descends from archon's is looked at from time to time. What began
 * and ended between two looks is not seen, and the end of any has `status=unknown`.
 */
export class Descendants {
	readonly #ports: DescendantPorts;
	/** What ran at the last look, by pid; undefined before the first. */
	#known: ReadonlyMap<number, string> | undefined;
	#every = 0;
	#timer: NodeJS.Timeout | undefined;
	#isBusy = false;

	constructor(ports: DescendantPorts) {
		this.#ports = ports;
		this.retimed();
		this.#take();
	}

	/** To be called when `every` may have changed. */
	retimed(): void {
		const every = this.#ports.every();
		if (every !== this.#every) {
			this.#every = every;
			clearInterval(this.#timer);
			this.#timer = setInterval(() => this.#take(), every);
		}
	}

	close(): void {
		clearInterval(this.#timer);
		this.#timer = undefined;
	}

	#take(): void {
		if (!this.#isBusy) {
			this.#isBusy = true;
			this.#look()
				.catch(this.#ports.onFault)
				.finally(() => {
					this.#isBusy = false;
				});
		}
	}

	async #look(): Promise<void> {
		const { strangers } = this.#ports;
		const turn = turns();
		const found = await this.#running(turn);
		const before = this.#known;
		this.#known = found;
		for (const pid of strangers.lost()) {
			await turn();
			this.#unlessClosed(() => strangers.ended(pid, undefined));
		}
		for (const [pid, what] of before === undefined ? [] : found) {
			if (before?.get(pid) !== what) {
				await turn();
				this.#unlessClosed(() => strangers.appeared(pid));
			}
		}
	}

	#unlessClosed(act: () => void): void {
		if (this.#timer !== undefined) {
			act();
		}
	}

	/** All that run a program of their own below the keeper: when they started, and as what. */
	async #running(turn: Turn): Promise<Map<number, string>> {
		const childrenOf = new Map<number, Seen[]>();
		for (const pid of allPids()) {
			await turn();
			const one = seen(pid);
			if (one !== undefined) {
				pushTo(childrenOf, one.parent, one);
			}
		}
		const running = new Map<number, string>();
		const left = [...(childrenOf.get(this.#ports.keeper) ?? [])];
		for (let one = left.pop(); one !== undefined; one = left.pop()) {
			left.push(...(childrenOf.get(one.pid) ?? []));
			if (isRunning(one)) {
				running.set(one.pid, `${one.started} ${one.comm}`);
			}
		}
		return running;
	}
}
