import { tooMuchMemory, type Used } from './worker.ts';

/** How often a thread is looked at while it owes an answer, milliseconds. */
const interval = 10;
/** Time by the clock counts up to this much from one look to the next: more is the time that the daemon did not get. */
const mostBetween = 50;

/** A time on the CPU and a time by the clock, milliseconds: whichever passes first. */
type Limit = { readonly cpu: number; readonly wall: number; readonly wrong: string };

/** What a thread may be at, and for how long. By the clock a loaded machine is given time, and a thread that sleeps none. */
const limits = {
	call: { cpu: 100, wall: 2000, wrong: 'took longer than 100ms' },
	load: { cpu: 1000, wall: 10_000, wrong: 'took longer than 1s to load' },
	/** To start, and between calls. */
	other: { cpu: 1000, wall: 30_000, wrong: 'its thread did not answer' },
} as const satisfies Record<string, Limit>;

/** From when on others wait too long: for one call, for the calls of one message together, for a file to be loaded. */
const slow = {
	call: { cpu: 15, wall: 100 },
	message: { cpu: 40, wall: 200 },
	load: { cpu: 100, wall: 400 },
} as const;

/** MiB that may be kept outside of V8's heap: every text of Lua. It is noticed late, so some times of that is the peak. */
export const mostOutside = 64;

export type WatchPorts = {
	/** The thread: the call it is at, and what it used. */
	readonly thread: { readonly at: number; used(): Promise<Used | undefined> };
	/** The number of the oldest message that it owes an answer for, undefined for none. */
	readonly owed: () => number | undefined;
	/** Others wait for longer than they should; told again and again while it lasts. */
	readonly slow: () => void;
	/** It is to be ended. `isMemory`: for what it took, which others in the thread may have a part in. */
	readonly over: (wrong: string, isMemory: boolean) => void;
	/** Milliseconds of a clock that nobody sets. */
	readonly now: () => number;
};

/**
 * Looks at a thread while it owes an answer, and at no other time. What counts is its time on the CPU while one and the
 * same call is seen before and after: too little is counted, never too much, so that a busy machine or a daemon that is
 * late itself does no rule wrong.
 */
export class Watch {
	readonly #ports: WatchPorts;
	#timer: NodeJS.Timeout | undefined;
	#isAsking = false;
	#isClosed = false;
	#looked = 0;
	readonly #call = new Stretch();
	readonly #message = new Stretch();

	constructor(ports: WatchPorts) {
		this.#ports = ports;
	}

	/** To be called when the thread was sent something. */
	attend(): void {
		if (this.#timer === undefined && !this.#isClosed) {
			this.#looked = this.#ports.now();
			this.#timer = setTimeout(() => {
				this.#timer = undefined;
				this.#look();
			}, interval);
		}
	}

	close(): void {
		this.#isClosed = true;
		clearTimeout(this.#timer);
	}

	#look(): void {
		const { thread, owed, over } = this.#ports;
		const message = owed();
		const { at } = thread;
		const wall = Math.min(mostBetween, this.#ports.now() - this.#looked);
		this.#message.see(`${message}`, wall);
		this.#call.see(`${message} ${at}`, wall);
		if (message === undefined) {
			return;
		}
		const limit = at > 0 ? limits.call : at < 0 ? limits.load : limits.other;
		if (this.#call.isOver(limit)) {
			over(limit.wrong, false);
			return;
		}
		const isSlow =
			at < 0
				? this.#call.isOver(slow.load)
				: this.#call.isOver(slow.call) || this.#message.isOver(slow.message);
		if (isSlow) {
			this.#ports.slow();
		}
		if (!this.#isAsking) {
			this.#isAsking = true;
			void thread.used().then((used) => {
				this.#isAsking = false;
				if (used !== undefined && !this.#isClosed) {
					this.#count(used, message, at);
				}
			});
		}
		this.attend();
	}

	#count(used: Used, message: number, at: number): void {
		const { thread, owed, over } = this.#ports;
		if (used.outside > mostOutside * 1_048_576) {
			over(tooMuchMemory(mostOutside), true);
			return;
		}
		if (owed() === message) {
			this.#message.count(`${message}`, used.cpu);
			if (thread.at === at) {
				this.#call.count(`${message} ${at}`, used.cpu);
			}
		}
	}
}

/** How long one thing has been seen at a stretch. */
class Stretch {
	#key = '';
	#wall = 0;
	#first: number | undefined;
	#cpu = 0;

	/** It is this now, and `wall` ms ago something was looked at last; something else begins anew. */
	see(key: string, wall: number): void {
		if (key === this.#key) {
			this.#wall += wall;
		} else {
			this.#key = key;
			this.#wall = 0;
			this.#first = undefined;
			this.#cpu = 0;
		}
	}

	/** What the thread had used at a moment when it was this. */
	count(key: string, cpu: number): void {
		if (key === this.#key) {
			this.#first ??= cpu;
			this.#cpu = cpu - this.#first;
		}
	}

	isOver(limit: { readonly cpu: number; readonly wall: number }): boolean {
		return this.#cpu >= limit.cpu || this.#wall >= limit.wall;
	}
}
