type Alarm = { readonly time: number; readonly then: () => void };

/** The time of what is replayed: it stands still until it is told to go on. Milliseconds since 1970. */
export class VirtualClock {
	readonly #alarms = new Set<Alarm>();
	#now: number;

	constructor(now: number) {
		this.#now = now;
	}

	readonly now = (): number => this.#now;

	/** There is but one clock. */
	readonly steady = this.now;

	/** Calls back when it is that time, at the next step if it is past; the function returned calls that off. */
	readonly at = (time: number, then: () => void): (() => void) => {
		const alarm = { time, then };
		this.#alarms.add(alarm);
		return () => {
			this.#alarms.delete(alarm);
		};
	};

	/** Goes on to `time`, past every alarm at its own time, in their order; after each it waits for `settle`. */
	async goTo(time: number, settle: () => Promise<void>): Promise<void> {
		for (let next = this.#soonest(time); next !== undefined; next = this.#soonest(time)) {
			this.#alarms.delete(next);
			this.#now = Math.max(this.#now, next.time);
			next.then();
			await settle();
		}
		this.#now = Math.max(this.#now, time);
	}

	/** The first of those that are due until then; of several at one time the one set first. */
	#soonest(until: number): Alarm | undefined {
		let soonest: Alarm | undefined;
		for (const alarm of this.#alarms) {
			if (alarm.time <= until && (soonest === undefined || alarm.time < soonest.time)) {
				soonest = alarm;
			}
		}
		return soonest;
	}
}
