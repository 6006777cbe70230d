import type { Taken } from './fair.ts';
import type { Resident } from './resident.ts';

/** Numbers are of 32 bits and begin again. */
const lastId = 0x7fff_ffff;

/** The number behind that one. */
export function after(id: number): number {
	return id === lastId ? 1 : id + 1;
}

/**
 * Calls that were sent to a thread and not answered, each with a number of its own, one behind the other. One that was
 * taken back keeps its number, and nobody hears what comes of it.
 */
export class Sent {
	#calls: (Taken | undefined)[] = [];
	/** How many of these are answered. */
	#answered = 0;
	/** The number that was answered last, and the one that was given last. */
	#done: number;
	#id: number;

	/** `before`: the number before the first. */
	constructor(before = 0) {
		this.#done = before;
		this.#id = before;
	}

	/** Those that are not answered and were not taken back. */
	all(): Taken[] {
		return this.#calls.slice(this.#answered).filter((it) => it !== undefined);
	}

	/** Its number. */
	add(call: Taken): number {
		this.#calls.push(call);
		this.#id = after(this.#id);
		return this.#id;
	}

	/** The number of the one to be answered next. */
	get next(): number {
		return after(this.#done);
	}

	/** The next one is answered; undefined where nobody is to hear it, or none waits. */
	shift(): Taken | undefined {
		if (this.#answered === this.#calls.length) {
			return undefined;
		}
		this.#done = after(this.#done);
		const call = this.#calls[this.#answered++];
		if (this.#answered === this.#calls.length) {
			this.#calls = [];
			this.#answered = 0;
		} else if (this.#answered > 1024 && this.#answered * 2 > this.#calls.length) {
			this.#calls = this.#calls.slice(this.#answered);
			this.#answered = 0;
		}
		return call;
	}

	get(id: number): Taken | undefined {
		const ahead = id - this.#done + (id > this.#done ? 0 : lastId);
		return id > 0 ? this.#calls[this.#answered + ahead - 1] : undefined;
	}

	/** Takes back all of a file. False: there was none. */
	recall(resident: Resident): boolean {
		let isAny = false;
		for (let at = this.#answered; at < this.#calls.length; at++) {
			if (this.#calls[at]?.resident === resident) {
				this.#calls[at] = undefined;
				isAny = true;
			}
		}
		return isAny;
	}
}
