import { errnoText, isShortage } from '../base/errno.ts';
import type { Kept } from '../keeper/kept.ts';
import { type Ledger, slotState } from '../keeper/ledger.ts';
import type { Addon } from '../native/addon.ts';
import { epoll, type Poller } from '../native/poller.ts';
import { statusOfZombie } from './zombie.ts';

export type OutlivedPorts = {
	readonly native: Pick<
		Addon,
		'pidfdOpen' | 'pidfdCopy' | 'pidfdSignal' | 'pidfdInfo' | 'againOpen' | 'againNote' | 'markOf' | 'close'
	>;
	readonly poller: Poller;
	readonly ledger: Ledger;
	readonly kept: Pick<Kept, 'claim' | 'put' | 'take' | 'drop'>;
	/** An end was written into the ledger. */
	readonly ended: (slot: number) => void;
};

/** -ESRCH: it is gone. */
const gone = -3;

/** How long a zombie that we may not look at may wait to be reaped before its end counts without a status, milliseconds. */
const reapWait = 1000;

/**
 * Processes that outlived the keeper that had them started: nobody's children here any more, they are found again by
 * what the ledger knows of them, never by their number alone. Their ends are seen by pidfd, and this is who writes them
 * into the ledger. The keeper holds each pidfd too, so that the next daemon still learns how one ended.
 */
export class Outlived {
	readonly #ports: OutlivedPorts;

	constructor(ports: OutlivedPorts) {
		this.#ports = ports;
	}

	/**
	 * Watches the process in a slot: a pidfd of it, which is the caller's, or -1 when it has ended. Throws where it can be
	 * had by nobody for now: it may well live, and the next daemon tries again.
	 */
	hold(slot: number): number {
		const { native, ledger, kept } = this.#ports;
		const held = ledger.kept(slot) < 0 ? undefined : kept.take(ledger.kept(slot));
		const watched = held ?? this.#find(slot);
		if (watched === gone) {
			this.#end(slot, -1);
			return -1;
		}
		const pidfd = watched < 0 ? watched : native.pidfdCopy(watched);
		if (pidfd < 0) {
			throw new Error(`process ${ledger.pid(slot)} cannot be taken over: ${errnoText(pidfd)}`);
		}
		if (held === undefined) {
			const number = kept.claim();
			kept.put(number, watched);
			ledger.setKept(slot, number);
		}
		if (native.pidfdSignal(watched, 0) === gone) {
			native.close(pidfd);
			this.#over(slot, watched);
			return -1;
		}
		this.#watch(slot, watched);
		return pidfd;
	}

	/** Its pidfd, `gone`, or why neither can be told. */
	#find(slot: number): number {
		const { native, ledger } = this.#ports;
		const pid = ledger.pid(slot);
		const found = native.againOpen(pid, ledger.again(slot));
		return found >= 0 || found === gone || isShortage(found) ? found : this.#byMark(slot, pid);
	}

	/** Where its start was cut off before it was noted, or the system does not let us: it carries the number of its start. */
	#byMark(slot: number, pid: number): number {
		const { native, ledger } = this.#ports;
		const before = this.#isIt(slot, pid);
		const pidfd = before < 0 ? before : native.pidfdOpen(pid);
		if (pidfd < 0) {
			return pidfd;
		}
		// Between the look and the open the number may have become another's.
		const after = this.#isIt(slot, pid);
		const known = after < 0 ? after : native.againNote(pidfd, pid);
		if (typeof known === 'number') {
			native.close(pidfd);
			return known;
		}
		ledger.setAgain(slot, known);
		return pidfd;
	}

	/** Whether the process of that number is the one of the slot: 0, `gone`, or why that cannot be told. */
	#isIt(slot: number, pid: number): number {
		const { native, ledger } = this.#ports;
		const mark = native.markOf(pid);
		return isShortage(mark) ? mark : mark === ledger.start(slot) % 2 ** 32 ? 0 : gone;
	}

	/** Readable: it has ended. Hung up: it was reaped as well. */
	#watch(slot: number, pidfd: number): void {
		const { poller } = this.#ports;
		let timer: NodeJS.Timeout | undefined;
		const end = () => {
			clearTimeout(timer);
			poller.unwatch(pidfd, token);
			this.#over(slot, pidfd);
			this.#ports.ended(slot);
		};
		const token = poller.watch(pidfd, epoll.in | epoll.oneshot, (events) => {
			if ((events & epoll.hup) !== 0 || this.#statusOf(slot, pidfd) >= 0) {
				end();
			} else {
				poller.change(pidfd, token, 0);
				timer = setTimeout(end, reapWait);
			}
		});
	}

	/** Writes its end down, as far as the kernel tells it; the pidfd is needed no more. */
	#over(slot: number, pidfd: number): void {
		const { native, ledger, kept } = this.#ports;
		const number = ledger.kept(slot);
		this.#end(slot, this.#statusOf(slot, pidfd));
		ledger.setKept(slot, -1);
		kept.drop(number);
		native.close(pidfd);
	}

	/** Its wait status; -1 while it runs, and where it is not to be had. */
	#statusOf(slot: number, pidfd: number): number {
		const { native, ledger } = this.#ports;
		const status = statusOfZombie(ledger.pid(slot));
		const info = native.pidfdInfo(pidfd);
		if (typeof info === 'number') {
			return -1;
		}
		// Not reaped when that was read: the number was its own.
		return info.exit >= 0 || info.pid === 0 ? info.exit : status;
	}

	#end(slot: number, status: number): void {
		const { ledger } = this.#ports;
		if (ledger.state(slot) === slotState.intent) {
			ledger.end(slot, status, Date.now());
		}
	}
}
