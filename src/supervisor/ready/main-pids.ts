import type { Addon } from '../../native/addon.ts';
import { epoll, type Poller } from '../../native/poller.ts';
import type { End } from '../../process/state.ts';
import { endOf } from '../describe.ts';
import type { Entry, Main } from '../entry.ts';

export type MainPidPorts = {
	readonly native: Pick<Addon, 'markOf' | 'pidfdOpen' | 'pidfdInfo' | 'close'>;
	readonly poller: Poller;
	/** The pid of the process that was started in that slot. */
	readonly startedAs: (slot: number) => number;
	/** A pid is a main process from now on, or no longer. */
	readonly isMain: (pid: number, isIt: boolean) => void;
	/** A process that had become the main one has ended. */
	readonly ended: (entry: Entry, main: Main, end: End) => void;
	/** Both are gone, the process that was started and the one that took its place. */
	readonly free: (slot: number) => void;
};

type Taken = {
	entry: Entry;
	readonly main: Main;
	token: number;
	/** Whether the process that was started has ended, and whether the one that took its place has. */
	isFirstGone: boolean;
	isSecondGone: boolean;
};

/** How long a zombie may wait to be reaped by somebody else before its end counts without a status, milliseconds. */
const reapWait = 1000;

/**
 * Services whose main process is not the one that was started (MAINPID=): it started that one, and usually ends then. The
 * keeper knows only whom it started, so the end of the other is seen through its pidfd; the place in the ledger is kept
 * until both are gone.
 */
export class MainPids {
	readonly #ports: MainPidPorts;
	readonly #taken = new Map<number, Taken>();

	constructor(ports: MainPidPorts) {
		this.#ports = ports;
	}

	/** Makes a process of the entry's own start its main one; why not when it is none. */
	take(entry: Entry, pid: number): string | undefined {
		const { native } = this.#ports;
		const main = entry.process;
		if (main === undefined || main.pid === pid) {
			return undefined;
		}
		const pidfd = this.#open(pid, main.start);
		if (pidfd < 0) {
			return `process ${pid} is none of this service`;
		}
		this.#forget(main);
		this.#ports.isMain(main.pid, false);
		native.close(main.pidfd);
		main.pid = pid;
		main.pidfd = pidfd;
		this.#ports.isMain(pid, true);
		this.#watch(entry, main);
		return undefined;
	}

	/** Each of these has a process that another had. */
	swapped(...entries: readonly Entry[]): void {
		for (const taken of this.#taken.values()) {
			taken.entry = entries.find(({ process }) => process === taken.main) ?? taken.entry;
		}
	}

	/** The process that was started in a slot has ended: whether another is the main one, so that this is no end. */
	isReplaced(slot: number): boolean {
		const taken = this.#taken.get(slot);
		if (taken === undefined) {
			return false;
		}
		taken.isFirstGone = true;
		this.#settle(slot, taken);
		return true;
	}

	/** Looked at before and after it is opened: between the two the number may have become another's. */
	#open(pid: number, start: number): number {
		const { native } = this.#ports;
		const isOurs = () => native.markOf(pid) === start % 2 ** 32;
		const pidfd = isOurs() ? native.pidfdOpen(pid) : -1;
		if (pidfd >= 0 && !isOurs()) {
			native.close(pidfd);
			return -1;
		}
		return pidfd;
	}

	#watch(entry: Entry, main: Main): void {
		const known = this.#taken.get(main.slot);
		if (known?.isFirstGone !== true && main.pid === this.#ports.startedAs(main.slot)) {
			// Back to the one that was started, whose end the keeper tells.
			this.#taken.delete(main.slot);
			return;
		}
		const taken = known ?? { entry, main, token: 0, isFirstGone: false, isSecondGone: false };
		this.#taken.set(main.slot, taken);
		const { pid, pidfd } = main;
		taken.token = this.#ports.poller.watch(pidfd, epoll.in | epoll.oneshot, (events) => {
			if (main.pid === pid && !taken.isSecondGone) {
				this.#ready(taken, events);
			}
		});
	}

	/** Readable: it has ended. Hung up: it was reaped as well, and only then its status is to be had. */
	#ready(taken: Taken, events: number): void {
		const { main, token } = taken;
		if ((events & epoll.hup) === 0) {
			this.#ports.poller.change(main.pidfd, token, 0);
			setTimeout(() => taken.token === token && this.#end(taken), reapWait);
			return;
		}
		this.#end(taken);
	}

	#end(taken: Taken): void {
		if (taken.isSecondGone) {
			return;
		}
		const { entry, main } = taken;
		const info = this.#ports.native.pidfdInfo(main.pidfd);
		const status = typeof info === 'number' ? -1 : info.exit;
		this.#forget(main);
		taken.isSecondGone = true;
		this.#ports.ended(entry, main, status < 0 ? { tag: 'unknown' } : endOf(status));
		this.#settle(main.slot, taken);
	}

	#forget(main: Main): void {
		const taken = this.#taken.get(main.slot);
		if (taken !== undefined && taken.token !== 0) {
			this.#ports.poller.unwatch(main.pidfd, taken.token);
			taken.token = 0;
		}
	}

	#settle(slot: number, taken: Taken): void {
		if (taken.isFirstGone && taken.isSecondGone) {
			this.#taken.delete(slot);
			this.#ports.free(slot);
		}
	}
}
