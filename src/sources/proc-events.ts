import { errnoName, errnoText } from '../base/errno.ts';
import { type Turn, turns } from '../base/pieces.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import type { Addon } from '../native/addon.ts';
import { epoll, type Poller } from '../native/poller.ts';
import { allPids, isRunning, seen, ticksSinceBoot } from './proc.ts';
import type { Strangers } from './strangers.ts';

export type ProcEventPorts = {
	readonly native: Pick<Addon, 'procs' | 'procsOpen' | 'procsRead' | 'procsClose'>;
	readonly poller: Pick<Poller, 'watch' | 'change' | 'unwatch'>;
	readonly strangers: Strangers;
	readonly onFault: (fault: unknown) => void;
};

const exec = 1;
const readable = epoll.in | epoll.oneshot;

/**
 * The kernel's own word of processes that begin a program and that end (native/core/procs.h), a batch at a time. When
 * they were more than the socket holds, all processes are looked at once: who began meanwhile is told, and whose end was
 * lost is told with `status=unknown`.
 */
export class ProcEvents {
	readonly #ports: ProcEventPorts;
	readonly #fd: number;
	readonly #token: number;
	/** No process that started earlier is news, clock ticks since boot. */
	#since: number;
	#isClosed = false;

	/** Refused where the kernel does not tell us. */
	static open(ports: ProcEventPorts): ProcEvents | Refusal {
		const fd = ports.native.procsOpen();
		return fd < 0
			? refuse(`the kernel does not tell of processes here: ${errnoText(fd)}`)
			: new ProcEvents(ports, fd);
	}

	private constructor(ports: ProcEventPorts, fd: number) {
		this.#ports = ports;
		this.#fd = fd;
		this.#since = ticksSinceBoot();
		this.#token = ports.poller.watch(fd, readable, () => void this.#read().catch(ports.onFault));
	}

	close(): void {
		if (!this.#isClosed) {
			this.#isClosed = true;
			this.#ports.poller.unwatch(this.#fd, this.#token);
			this.#ports.native.procsClose(this.#fd);
		}
	}

	/** Reads until nothing is left, whatever comes meanwhile, and only then waits for more. */
	async #read(): Promise<void> {
		const { native, poller } = this.#ports;
		const turn = turns();
		let isLost = false;
		for (let count = 0; count >= 0 || isOverflow(count); ) {
			count = native.procsRead(this.#fd);
			// What came before the loss is still there to be read.
			isLost ||= isOverflow(count);
			for (let at = 0; at < 3 * count; at += 3) {
				await turn();
				if (this.#isClosed) {
					return;
				}
				this.#hear(native.procs[at] ?? 0, native.procs[at + 1] ?? 0, native.procs[at + 2] ?? 0);
			}
		}
		if (isLost) {
			await this.#lookAgain(turn);
		}
		if (!this.#isClosed) {
			poller.change(this.#fd, this.#token, readable);
		}
	}

	#hear(what: number, pid: number, status: number): void {
		if (what === exec) {
			this.#ports.strangers.appeared(pid);
		} else {
			this.#ports.strangers.ended(pid, status);
		}
	}

	async #lookAgain(turn: Turn): Promise<void> {
		const { strangers } = this.#ports;
		const since = this.#since;
		this.#since = ticksSinceBoot();
		for (const pid of strangers.lost()) {
			await turn();
			strangers.ended(pid, undefined);
		}
		for (const pid of allPids()) {
			await turn();
			if (this.#isClosed) {
				return;
			}
			const found = seen(pid);
			if (found !== undefined && isRunning(found) && found.started >= since && !strangers.isTold(found)) {
				strangers.appeared(pid);
			}
		}
	}
}

function isOverflow(count: number): boolean {
	return count < 0 && errnoName(count) === 'ENOBUFS';
}
