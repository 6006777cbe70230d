import { closeSync, constants, openSync, readSync } from 'node:fs';
import { nameFromProgram } from '../base/name.ts';
import type { Addon } from '../native/addon.ts';
import { epoll, type Poller } from '../native/poller.ts';
import { type OomKill, oomKillIn } from './oom-record.ts';
import { isInFirstNamespace } from './proc.ts';
import type { Source, Tell, Want } from './source.ts';

export type OomPorts = {
	readonly native: Pick<Addon, 'seekEnd'>;
	readonly poller: Pick<Poller, 'watch' | 'unwatch'>;
	/** Of which entry that process is, or was the main one. */
	readonly nameOf: (pid: number) => string | undefined;
	readonly tell: Tell;
	/** Why it is not told here. */
	readonly trouble: (text: string) => void;
	/** `/dev/kmsg`, but in a test. */
	readonly path?: string;
};

/** What is read in one go before others have their turn; the kernel's longest record. */
const recordsPerTurn = 64;
const longestRecord = 8192;

/**
 * `oom.killed`: the kernel ended a process because memory ran out, that of the machine or of a control group. The name is
 * that of the entry whose process it was, else made of its `comm`; `pid=`, `comm=`. The kernel says so in its log, which
 * is read from the moment somebody asks, and only where its pids are ours.
 */
export class OomKills implements Source {
	readonly types = ['oom.killed'] as const;
	readonly #ports: OomPorts;
	readonly #record = Buffer.allocUnsafeSlow(longestRecord);
	#open: { readonly fd: number; readonly token: number } | undefined;
	#isUnable = false;

	constructor(ports: OomPorts) {
		this.#ports = ports;
	}

	want(wants: readonly Want[]): void {
		if (wants.length === 0) {
			this.#stop();
		} else if (this.#open === undefined && !this.#isUnable) {
			this.#start();
		}
	}

	close(): void {
		this.#stop();
	}

	#start(): void {
		const { native, poller, path = '/dev/kmsg', trouble } = this.#ports;
		let fd = -1;
		try {
			if (!isInFirstNamespace()) {
				throw new Error('the kernel speaks of other pids than those of this PID namespace');
			}
			fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
			native.seekEnd(fd);
			const token = poller.watch(fd, epoll.in, () => this.#read(fd));
			this.#open = { fd, token };
		} catch (error) {
			if (fd >= 0) {
				closeSync(fd);
			}
			this.#isUnable = true;
			trouble(`oom.killed is not told here: ${(error as Error).message}`);
		}
	}

	#stop(): void {
		if (this.#open !== undefined) {
			const { fd, token } = this.#open;
			this.#open = undefined;
			this.#ports.poller.unwatch(fd, token);
			closeSync(fd);
		}
	}

	#read(fd: number): void {
		for (let i = 0; i < recordsPerTurn && this.#open?.fd === fd; i++) {
			const record = this.#next(fd);
			if (record === undefined) {
				return;
			}
			const kill = oomKillIn(record);
			if (kill !== undefined) {
				this.#tell(kill);
			}
		}
	}

	/** One record; undefined when there is none left. */
	#next(fd: number): string | undefined {
		try {
			return this.#record.toString('latin1', 0, readSync(fd, this.#record));
		} catch (error) {
			// EPIPE: some were overwritten before they were read, and the next read goes on behind them.
			return (error as NodeJS.ErrnoException).code === 'EPIPE' ? '' : undefined;
		}
	}

	#tell({ pid, comm }: OomKill): void {
		const { nameOf, tell } = this.#ports;
		tell('oom.killed', nameOf(pid) ?? nameFromProgram(comm), [`pid=${pid}`, `comm=${comm}`]);
	}
}
