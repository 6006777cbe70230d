import type { EnginePorts } from '../../src/rules/engine-ports.ts';

/** The time at which tests begin. */
export const beginning = Date.parse('2026-11-21T16:00:00Z');

type Alarm = { readonly at: number; readonly by: 'wall' | 'steady'; readonly then: () => void };

/** Time that passes only when a test lets it. The steady clock begins with 0. */
export class VirtualClock {
	#wall: number;
	#steady = 0;
	readonly #alarms = new Set<Alarm>();
	readonly port: { -readonly [P in keyof EnginePorts['clock']]: EnginePorts['clock'][P] } = {
		now: () => this.#wall,
		steady: () => this.#steady,
		at: (at, then, by = 'wall') => {
			const alarm = { at, by, then };
			this.#alarms.add(alarm);
			return () => this.#alarms.delete(alarm);
		},
	};

	constructor(wall = beginning) {
		this.#wall = wall;
	}

	/** How many wait to be called back. */
	get waiting(): number {
		return this.#alarms.size;
	}

	/** Lets time pass, and calls back who is due in between, each at its time. */
	pass(ms: number): void {
		const end = this.#steady + ms;
		for (
			let next = this.#next();
			next !== undefined && next.left <= end - this.#steady;
			next = this.#next()
		) {
			this.#move(next.left);
			this.#alarms.delete(next.alarm);
			next.alarm.then();
		}
		this.#move(end - this.#steady);
	}

	/** Somebody sets the wall clock. */
	set(ms: number): void {
		this.#wall += ms;
		this.pass(0);
	}

	#move(ms: number): void {
		this.#wall += ms;
		this.#steady += ms;
	}

	#next(): { alarm: Alarm; left: number } | undefined {
		const all = Array.from(this.#alarms, (alarm) => ({
			alarm,
			left: Math.max(0, alarm.at - (alarm.by === 'wall' ? this.#wall : this.#steady)),
		}));
		return all.sort((one, other) => one.left - other.left)[0];
	}
}
