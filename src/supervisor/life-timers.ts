import type { Entry } from './entry.ts';

export type LifeTimerPorts = {
	/** Takes what an entry has said and nobody has heard yet. */
	readonly hear: (entry: Entry) => void;
	/** The time of an entry is over. */
	readonly over: (entry: Entry) => void;
};

/** So late a timer fires where the daemon was dead or stood still, milliseconds. */
const standstill = 500;

/** How long a start whose time was over before anybody could look is looked at, milliseconds. */
const grace = 1000;

/**
 * The timers of lives, one for each entry. A start is over its time only where somebody listened: what it had said is heard
 * first, and where nobody did (over a crash of the daemon, or while it hung) it is looked at once more.
 */
export class LifeTimers {
	readonly #ports: LifeTimerPorts;

	constructor(ports: LifeTimerPorts) {
		this.#ports = ports;
	}

	arm(entry: Entry, ms: number): void {
		this.#set(entry, Date.now() + ms);
	}

	/** A timer that was set before; `due`: when it was to fire, milliseconds since 1970; 0: there was none. */
	rearm(entry: Entry, due: number): void {
		if (due > 0) {
			this.#set(entry, due);
		}
	}

	disarm(entry: Entry): void {
		clearTimeout(entry.timer);
		entry.timer = undefined;
	}

	/** Each has the life of the other now. */
	swapped(one: Entry, other: Entry): void {
		const due = [one, other].map(({ timer, due: at }) => (timer === undefined ? 0 : at));
		for (const [index, entry] of [other, one].entries()) {
			this.disarm(entry);
			this.rearm(entry, due[index] ?? 0);
		}
	}

	#set(entry: Entry, due: number, ms = Math.max(0, due - Date.now()), isLast = false): void {
		clearTimeout(entry.timer);
		entry.due = due;
		entry.timer = setTimeout(() => this.#fire(entry, isLast), ms);
	}

	#fire(entry: Entry, isLast: boolean): void {
		const { timer, due, life } = entry;
		if (life.state.tag === 'starting') {
			this.#ports.hear(entry);
			if (entry.timer !== timer) {
				return;
			}
			if (!isLast && Date.now() - due >= standstill) {
				this.#set(entry, due, grace, true);
				return;
			}
		}
		entry.timer = undefined;
		this.#ports.over(entry);
	}
}
