import { steady } from '../base/steady.ts';

/** The longest that setTimeout waits, milliseconds. */
const longest = 2_147_483_647;

type Hand = 'wall' | 'steady';

/** The time as rules need it: calls back when it is, by the wall clock also when somebody has set that. */
export class Clock {
	readonly #onMoved: (moved: () => void) => void;
	readonly #alarms = new Set<Alarm>();
	#isWatched = false;

	/** `onMoved` calls back whenever the wall clock was set; asked once, when that first matters. */
	constructor(onMoved: (moved: () => void) => void) {
		this.#onMoved = onMoved;
	}

	/** Milliseconds since 1970. */
	now(): number {
		return Date.now();
	}

	/** Milliseconds of a clock that only goes on. */
	steady(): number {
		return steady();
	}

	/** Calls back once, never from within, when it is that time by that clock; what is returned calls that off. */
	at(time: number, then: () => void, by: Hand = 'wall'): () => void {
		if (by === 'wall' && !this.#isWatched) {
			this.#isWatched = true;
			this.#onMoved(() => this.#moved());
		}
		const alarm: Alarm = { time, then, by, timeout: undefined };
		this.#alarms.add(alarm);
		this.#arm(alarm);
		return () => this.#callOff(alarm);
	}

	/** None of them calls back any more. */
	close(): void {
		for (const alarm of this.#alarms) {
			this.#callOff(alarm);
		}
	}

	/** A timeout may come a little early, and cannot be as far away as a date. */
	#arm(alarm: Alarm): void {
		clearTimeout(alarm.timeout);
		const left = alarm.time - (alarm.by === 'wall' ? this.now() : this.steady());
		alarm.timeout = setTimeout(() => this.#due(alarm), Math.min(longest, Math.max(0, Math.ceil(left))));
	}

	#due(alarm: Alarm): void {
		if (alarm.time > (alarm.by === 'wall' ? this.now() : this.steady())) {
			this.#arm(alarm);
			return;
		}
		this.#alarms.delete(alarm);
		alarm.then();
	}

	#callOff(alarm: Alarm): void {
		clearTimeout(alarm.timeout);
		this.#alarms.delete(alarm);
	}

	#moved(): void {
		for (const alarm of this.#alarms) {
			if (alarm.by === 'wall') {
				this.#arm(alarm);
			}
		}
	}
}

type Alarm = {
	readonly time: number;
	readonly then: () => void;
	readonly by: Hand;
	timeout: NodeJS.Timeout | undefined;
};
