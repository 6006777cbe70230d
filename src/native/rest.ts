import type { Addon } from './addon.ts';

/** How long nothing may happen before it counts as rest, milliseconds. */
const quiet = 2000;

/** What happens less than that since the last rest has taken no memory worth the while. */
const much = 256;

export type RestPorts = {
	readonly native: Pick<Addon, 'collect' | 'forgetProgram' | 'trim'>;
};

/**
 * Gives back what a burst took in passing (compiling, starting a thousand processes), once it is over: neither V8 nor
 * malloc does so by itself in a process that then has nothing to do. It costs 20 to 50 ms, so it is done when nothing
 * has happened for a while, and only after much has.
 */
export class Rest {
	readonly #ports: RestPorts;
	#timer: NodeJS.Timeout | undefined;
	/** Since the last rest; a start of the daemon is much. */
	#happened = much;
	#seen = 0;
	#isFirst = true;

	constructor(ports: RestPorts) {
		this.#ports = ports;
	}

	/** Something happens. */
	stir(): void {
		this.#happened++;
		if (this.#timer === undefined && this.#happened >= much) {
			this.#wait();
		}
	}

	#wait(): void {
		this.#seen = this.#happened;
		this.#timer = setTimeout(() => this.#look(), quiet).unref();
	}

	#look(): void {
		this.#timer = undefined;
		if (this.#happened !== this.#seen) {
			this.#wait();
			return;
		}
		this.#happened = 0;
		this.#ports.native.collect();
		this.#ports.native.trim();
		if (this.#isFirst) {
			// Half of what a start uses of Node's program nobody uses again; what is used after it stays.
			this.#isFirst = false;
			this.#ports.native.forgetProgram();
		}
	}
}
