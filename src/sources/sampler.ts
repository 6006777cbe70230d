import type { Entry } from '../supervisor/entry.ts';
import type { Used } from '../supervisor/usage.ts';
import type { Source, Tell, Want } from './source.ts';

export type SamplerPorts = {
	/** The entries that a want may be about: it may ask for more than that knows. */
	readonly asked: (want: Want) => readonly Entry[];
	/** Tells of each of these what it takes up, as it is looked at; `cpu` since this was asked last. */
	readonly measure: (asked: readonly Entry[], tell: (used: Used) => void) => Promise<void>;
	/** `[daemon] sample`, milliseconds. */
	readonly every: () => number;
	readonly tell: Tell;
	readonly onFault: (fault: unknown) => void;
};

/**
 * `process.sample`: what processes take up, every so often, of those that somebody asks about: `processes=`, `rss=` in
 * bytes, `cpu=` in percent of a core since the sample before (at first since it started), `fds=`, `restarts=`, all of the
 * whole tree. One that is paused is told like any other, one that ended while it was looked at is not.
 */
export class Sampler implements Source {
	readonly types = ['process.sample'] as const;
	readonly #ports: SamplerPorts;
	#wants: readonly Want[] = [];
	#timer: NodeJS.Timeout | undefined;
	#every = 0;
	#isBusy = false;

	constructor(ports: SamplerPorts) {
		this.#ports = ports;
	}

	want(wants: readonly Want[]): void {
		this.#wants = wants;
		if (wants.length === 0) {
			clearInterval(this.#timer);
			this.#timer = undefined;
		} else if (this.#timer === undefined) {
			this.#begin();
		}
	}

	/** `every` may have changed. */
	retimed(): void {
		if (this.#timer !== undefined && this.#every !== this.#ports.every()) {
			clearInterval(this.#timer);
			this.#begin();
		}
	}

	close(): void {
		this.want([]);
	}

	#begin(): void {
		this.#every = this.#ports.every();
		this.#timer = setInterval(() => void this.#take().catch(this.#ports.onFault), this.#every);
	}

	/** One that takes longer than the time between two is not overtaken by the next. */
	async #take(): Promise<void> {
		if (this.#isBusy) {
			return;
		}
		this.#isBusy = true;
		try {
			const asked = new Set(this.#wants.flatMap((want) => this.#ports.asked(want)));
			const mains = new Map([...asked].map((entry) => [entry, entry.process]));
			const there = [...asked].filter(({ process }) => process !== undefined && process.pid > 0);
			if (there.length > 0) {
				await this.#ports.measure(there, (used) => {
					if (this.#wants.length > 0 && used.entry.process === mains.get(used.entry)) {
						this.#tell(used);
					}
				});
			}
		} finally {
			this.#isBusy = false;
		}
	}

	#tell({ entry, processes, rss, cpu, fds }: Used): void {
		const { pid = 0, start = -1 } = entry.process ?? {};
		this.#ports.tell('process.sample', entry.name, [
			`pid=${pid}`,
			...(start < 0 ? [] : [`start=${start}` as const]),
			`processes=${processes}`,
			`rss=${rss}`,
			`cpu=${cpu.toFixed(1)}`,
			`fds=${fds}`,
			`restarts=${entry.life.history.restarts}`,
		]);
	}
}
