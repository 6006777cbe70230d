import type { Addon } from '../native/addon.ts';
import { epoll, type Poller } from '../native/poller.ts';
import type { Root, Tree } from './tree.ts';

const looksMost = 16;

const kill = 9;

/** How long after a shortage of descriptors it looks again, milliseconds. */
const lookAgain = 200;

type Native = Pick<Addon, 'pidfdSignal' | 'close'>;

/**
 * Ends what a process left behind. Each one is signalled through a pidfd and watched; when all that were found are gone
 * it looks again, for a process may have started another meanwhile, and calls `onSwept` once a look finds none.
 */
export class Sweep {
	private readonly native: Native;
	private readonly poller: Poller;
	private readonly tree: Tree;
	private readonly root: Root;
	private readonly onSwept: () => void;
	private readonly held = new Map<number, { pidfd: number; token: number }>();
	private signal: number;
	private ended = false;
	private isShort = false;

	constructor(
		ports: { native: Native; poller: Poller; tree: Tree },
		root: Root,
		signal: number,
		onSwept: () => void,
	) {
		this.native = ports.native;
		this.poller = ports.poller;
		this.tree = ports.tree;
		this.root = root;
		this.signal = signal;
		this.onSwept = onSwept;
	}

	/** The pids it still waits for. */
	get waitsFor(): readonly number[] {
		return [...this.held.keys()];
	}

	/** Looks, signals, and waits; a second call with another signal is the harder hand. */
	go(signal = this.signal): void {
		this.signal = signal;
		for (const { pidfd } of this.held.values()) {
			this.native.pidfdSignal(pidfd, signal);
		}
		// What vanished between the look and the open may have started another: look again, but not for ever.
		for (let look = 0; look < looksMost; look++) {
			const left = this.tree.left(this.root);
			for (const pid of left) {
				this.hold(pid);
			}
			if (left.length === 0 || this.held.size > 0) {
				break;
			}
		}
		if (this.held.size > 0 || this.ended) {
			this.killGroup();
			return;
		}
		if (this.isShort) {
			// Something is there that cannot be reached for want of descriptors: not gone, so look again later.
			this.isShort = false;
			setTimeout(() => this.go(), lookAgain);
			return;
		}
		this.ended = true;
		this.onSwept();
	}

	/** Lets go of everything without another signal. */
	stop(): void {
		this.ended = true;
		for (const pid of [...this.held.keys()]) {
			this.release(pid);
		}
	}

	/** All at once, what is being forked included; those that are held tell when it is done. */
	private killGroup(): void {
		if (this.signal === kill) {
			this.root.cgroup?.kill();
		}
	}

	private hold(pid: number): void {
		if (this.held.has(pid)) {
			return;
		}
		const pidfd = this.tree.open(pid, this.root);
		if (pidfd === undefined || pidfd < 0) {
			this.isShort ||= pidfd !== undefined;
			return;
		}
		this.native.pidfdSignal(pidfd, this.signal);
		const token = this.poller.watch(pidfd, epoll.in | epoll.oneshot, () => {
			this.release(pid);
			if (this.held.size === 0 && !this.ended) {
				this.go();
			}
		});
		this.held.set(pid, { pidfd, token });
	}

	private release(pid: number): void {
		const held = this.held.get(pid);
		if (held !== undefined) {
			this.held.delete(pid);
			this.poller.unwatch(held.pidfd, held.token);
			this.native.close(held.pidfd);
		}
	}
}
