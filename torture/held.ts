import { signalNumber } from '../src/base/signal.ts';
import { native } from '../src/native/index.ts';

/** A process by a descriptor: what is sent to it meets nobody who has its number by then. */
export class Held {
	readonly pid: number;
	readonly #pidfd: number;

	private constructor(pid: number, pidfd: number) {
		this.pid = pid;
		this.#pidfd = pidfd;
	}

	/**
	 * Undefined when nobody has that number. It may have become another's since it was read: whoever opens one looks once
	 * more, now that it cannot, whose it is.
	 */
	static open(pid: number): Held | undefined {
		const pidfd = pid > 1 ? native.pidfdOpen(pid) : -1;
		return pidfd < 0 ? undefined : new Held(pid, pidfd);
	}

	/** Whether it was there to be hit. */
	send(signal: NodeJS.Signals): boolean {
		return native.pidfdSignal(this.#pidfd, signalNumber(signal) ?? 0) === 0;
	}

	close(): void {
		native.close(this.#pidfd);
	}
}
