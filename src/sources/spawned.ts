import { isRefusal } from '../base/refusal.ts';
import { Descendants } from './descendants.ts';
import { type ProcEventPorts, ProcEvents } from './proc-events.ts';
import type { Source, Want } from './source.ts';
import { type StrangerPorts, Strangers } from './strangers.ts';

export type SpawnedPorts = StrangerPorts &
	Omit<ProcEventPorts, 'strangers'> & {
		readonly keeper: number;
		/** `[daemon] sample`, milliseconds. */
		readonly every: () => number;
		/** Why not all is told here. */
		readonly trouble: (text: string) => void;
	};

/**
 * `process.spawned` of processes that archon did not start, and the `process.exited` of those. A process appears when it
 * begins a program (exec): a fork alone is a part of what it was forked from. They are told by the kernel for the whole
 * machine; where it does not tell us, those that descend from archon's processes are looked for each `[daemon] sample`.
 */
export class Spawned implements Source {
	readonly types = ['process.spawned'] as const;
	readonly #ports: SpawnedPorts;
	readonly #strangers: Strangers;
	#watch: ProcEvents | Descendants | undefined;
	#isUntold = false;

	constructor(ports: SpawnedPorts) {
		this.#ports = ports;
		this.#strangers = new Strangers(ports);
	}

	want(wants: readonly Want[]): void {
		this.#strangers.wants = wants;
		if (wants.length === 0) {
			this.#watch?.close();
			this.#watch = undefined;
			this.#strangers.clear();
		} else {
			this.#watch ??= this.#begin();
		}
	}

	/** `every` may have changed. */
	retimed(): void {
		if (this.#watch instanceof Descendants) {
			this.#watch.retimed();
		}
	}

	/** Archon watches that process itself from now on, and tells its end. */
	adopted(pid: number): void {
		this.#strangers.forget(pid);
	}

	close(): void {
		this.want([]);
	}

	#begin(): ProcEvents | Descendants {
		const ports = { ...this.#ports, strangers: this.#strangers };
		const events = ProcEvents.open(ports);
		if (!isRefusal(events)) {
			return events;
		}
		if (!this.#isUntold) {
			this.#isUntold = true;
			this.#ports.trouble(
				`process.spawned is told only of what descends from archon's processes: ${events.refused}`,
			);
		}
		return new Descendants(ports);
	}
}
