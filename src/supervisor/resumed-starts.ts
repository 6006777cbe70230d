import type { Ledger } from '../keeper/ledger.ts';
import { settleExec } from './adopt.ts';
import type { Ends } from './ends.ts';
import type { Entry } from './entry.ts';
import type { Interpreter } from './interpret.ts';
import { startedAt } from './proc-stat.ts';
import type { Starts } from './starts.ts';

export type ResumedStartPorts = {
	readonly ledger: Ledger;
	readonly starts: Pick<Starts, 'begun' | 'executed'>;
	readonly ends: Pick<Ends, 'settleOne'>;
	readonly interpreter: Pick<Interpreter, 'resume'>;
	/** Makes the process in a slot that of an entry: whether it still runs. Throws where no descriptor of it is to be had. */
	readonly adopt: (entry: Entry, slot: number, since: number) => boolean;
	/** To be called when an entry has its process again. */
	readonly regain: (entry: Entry) => void;
	readonly onFault: (fault: unknown) => void;
};

/** After how long a process of which no descriptor was to be had is looked for again, milliseconds. */
const lookAgain = 1000;

/** Starts that a daemon that died had begun: the effect `spawn` of one takes the process that is there. */
export class ResumedStarts {
	readonly #ports: ResumedStartPorts;
	/** Those of which no descriptor is to be had for now, by their places: they may well live. */
	readonly #missed = new Map<Entry, number>();

	constructor(ports: ResumedStartPorts) {
		this.#ports = ports;
	}

	/** False when it had not begun one. */
	resume(entry: Entry): boolean {
		const slot = this.#ports.starts.begun.take(entry) ?? this.#missed.get(entry);
		if (slot === undefined) {
			return false;
		}
		const fault = this.#taken(entry, slot);
		if (fault !== undefined && !this.#missed.has(entry)) {
			this.#ports.onFault(`"${entry.name}": ${fault}; this is tried again each second`);
			this.#missed.set(entry, slot);
			this.#resumeLater(entry, slot);
		}
		return true;
	}

	/** Why it has no process yet. */
	#taken(entry: Entry, slot: number): string | undefined {
		const { ledger, adopt, regain, ends } = this.#ports;
		let isRunning: boolean;
		try {
			isRunning = adopt(entry, slot, startedAt(ledger.pid(slot)) ?? Date.now());
		} catch (fault) {
			return fault instanceof Error ? fault.message : String(fault);
		}
		this.#missed.delete(entry);
		regain(entry);
		if (isRunning) {
			settleExec(this.#ports, entry);
		} else {
			queueMicrotask(() => ends.settleOne(slot));
		}
		return undefined;
	}

	#resumeLater(entry: Entry, slot: number): void {
		setTimeout(() => {
			if (!this.#missed.has(entry)) {
				return;
			}
			if (this.#taken(entry, slot) !== undefined) {
				this.#resumeLater(entry, slot);
			} else if (entry.life.state.tag === 'stopping') {
				// Who asked it to end had no process to ask.
				this.#ports.interpreter.resume(entry);
			}
		}, lookAgain);
	}
}
