import { signalNumber } from '../base/signal.ts';
import type { Batch } from '../events/batch.ts';
import type { Ledger } from '../keeper/ledger.ts';
import type { Addon } from '../native/addon.ts';
import type { Effect } from '../process/state.ts';
import type { Entry, Main } from './entry.ts';
import { freeze, thaw } from './freeze.ts';
import type { Tree } from './tree.ts';

export type SignalPorts = {
	readonly native: Pick<Addon, 'pidfdSignal' | 'close'>;
	readonly batch: Pick<Batch, 'after'>;
	readonly ledger: Pick<Ledger, 'isAsked' | 'setAsked'>;
	readonly tree: Tree;
};

type Signal = Extract<Effect, { tag: 'signal' }>['signal'];

const numbers = { term: signalNumber('TERM') ?? 15, kill: 9, goOn: signalNumber('CONT') ?? 18 } as const;

/** The signals that a step of a life sends to a main process, each once it is written down that it is to be sent. */
export class Signals {
	readonly #ports: SignalPorts;

	constructor(ports: SignalPorts) {
		this.#ports = ports;
	}

	send(entry: Entry, process: Main, signal: Signal): void {
		switch (signal) {
			case 'stop':
			case 'kill':
				this.#end(entry, process, signal);
				break;
			case 'freeze':
				this.#freeze(entry, process);
				break;
			case 'thaw':
				if (entry.life.state.tag === 'stopping') {
					this.#thawBehind(process);
				} else {
					thaw(this.#ports, process);
				}
				break;
		}
	}

	/**
	 * Of one that a daemon that died was ending. A second stop signal means "at once" to some: it is sent only where the
	 * first never was.
	 */
	endAgain(entry: Entry, process: Main, isForced: boolean): void {
		if (isForced) {
			this.#end(entry, process, 'kill');
		} else if (!this.#ports.ledger.isAsked(process.slot)) {
			this.#end(entry, process, 'stop');
		}
		this.#thawBehind(process);
	}

	/** Sent before it is written down, the next daemon would take the end for a failure of its own. */
	#end(entry: Entry, process: Main, signal: 'stop' | 'kill'): void {
		const { batch, native, ledger } = this.#ports;
		const number = signal === 'stop' ? (entry.service?.stop.signal ?? numbers.term) : numbers.kill;
		batch.after(() => {
			// Whoever settles its end closes the pidfd behind this: it is this process's still.
			native.pidfdSignal(process.pidfd, number);
			if (signal === 'stop') {
				ledger.setAsked(process.slot);
				this.#wake(entry, process);
			}
		});
	}

	/** Behind the signal that ends it: until that is there it is to do nothing more. */
	#thawBehind(process: Main): void {
		this.#ports.batch.after(() => thaw(this.#ports, process));
	}

	/** Frozen before it is written down, nobody would let it go on. */
	#freeze(entry: Entry, process: Main): void {
		this.#ports.batch.after(() => {
			if (entry.process === process && entry.life.state.tag === 'paused') {
				freeze(this.#ports, process);
			}
		});
	}

	/**
	 * One that somebody stopped (SIGSTOP) would not see the signal until it goes on. Later, because most have ended by
	 * then: of a thousand that are stopped at once each signal but the first would only delay the others.
	 */
	#wake(entry: Entry, process: Main): void {
		setImmediate(() => {
			if (entry.process === process) {
				this.#ports.native.pidfdSignal(process.pidfd, numbers.goOn);
			}
		});
	}
}
