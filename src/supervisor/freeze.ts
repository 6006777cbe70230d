import { signalNumber } from '../base/signal.ts';
import type { Addon } from '../native/addon.ts';
import type { Main } from './entry.ts';
import type { Tree } from './tree.ts';

export type FreezePorts = {
	readonly native: Pick<Addon, 'pidfdSignal' | 'close'>;
	readonly tree: Tree;
};

const stop = signalNumber('STOP') ?? 19;
const goOn = signalNumber('CONT') ?? 18;

/** As often it is looked for what was forked meanwhile. */
const looksMost = 16;

/** Halts a main process and all it started: by its control group, which nothing escapes; else one by one. */
export function freeze(ports: FreezePorts, main: Main): void {
	if (main.cgroup?.freeze() !== true) {
		signalAll(ports, main, stop);
	}
}

/** Lets them go on. */
export function thaw(ports: FreezePorts, main: Main): void {
	if (main.cgroup?.thaw() !== true) {
		signalAll(ports, main, goOn);
	}
}

/** The main process first, so that it starts nothing more. */
function signalAll({ native, tree }: FreezePorts, main: Main, signal: number): void {
	const done = new Set([main.pid]);
	native.pidfdSignal(main.pidfd, signal);
	for (let look = 0; look < looksMost; look++) {
		const more = tree.whole(main).filter((pid) => !done.has(pid));
		for (const pid of more) {
			done.add(pid);
			const pidfd = tree.open(pid, main);
			if (pidfd !== undefined && pidfd >= 0) {
				native.pidfdSignal(pidfd, signal);
				native.close(pidfd);
			}
		}
		if (more.length === 0) {
			break;
		}
	}
}
