import { readFileSync } from 'node:fs';
import { errnoText } from '../base/errno.ts';
import { execStage, type Ledger, slotState } from '../keeper/ledger.ts';
import type { Addon } from '../native/addon.ts';
import type { Cgroup } from './cgroup.ts';
import type { Entry } from './entry.ts';
import type { Outlived } from './outlived.ts';
import type { LogPair } from './output.ts';
import type { Starts } from './starts.ts';

export type AdoptPorts = {
	readonly native: Pick<Addon, 'pidfdOpen' | 'close'>;
	readonly ledger: Ledger;
	readonly starts: Starts;
	readonly outlived: Pick<Outlived, 'hold'>;
};

/** What is known of a process that a daemon that died had started, beyond its place in the ledger. */
export type About = {
	readonly since: number;
	/** Whether it was known already that exec had succeeded. */
	readonly executed: boolean;
	readonly log: LogPair | undefined;
	readonly cgroup: Cgroup | undefined;
};

/** After how long it is first looked again whether a child has left our program, and at most, milliseconds. */
const [look, lookMost] = [1, 1000];

/** Makes the process in a slot that of an entry again. False when it has ended: that is still to be settled. */
export function adopt(ports: AdoptPorts, entry: Entry, slot: number, about: About): boolean {
	const { ledger, starts } = ports;
	const pidfd = openAdopted(ports, slot);
	const pid = ledger.pid(slot);
	entry.process = { ...about, pid, pidfd, slot, start: ledger.start(slot), token: 0 };
	entry.newest = ledger.start(slot);
	starts.takeOver(entry, slot);
	return pidfd >= 0;
}

/** A pidfd of the process in a slot; -1 when it has ended. */
export function openAdopted({ native, ledger, outlived }: Omit<AdoptPorts, 'starts'>, slot: number): number {
	if (ledger.state(slot) !== slotState.intent) {
		return -1;
	}
	if (ledger.hasOutlived(slot)) {
		return outlived.hold(slot);
	}
	const pid = ledger.pid(slot);
	const found = native.pidfdOpen(pid);
	// The keeper writes EXITED before it reaps: not written yet means that the number was still this process's.
	const isRunning = ledger.state(slot) === slotState.intent;
	if (isRunning && found < 0) {
		throw new Error(`process ${pid} cannot be taken over: ${errnoText(-found)}`);
	}
	if (!isRunning && found >= 0) {
		native.close(found);
	}
	return isRunning ? found : -1;
}

/** Feeds how exec went, as soon as that can be told; what has ended is told with its end. */
export function settleExec(
	ports: Pick<AdoptPorts, 'ledger'> & { readonly starts: Pick<Starts, 'executed'> },
	entry: Entry,
	wait = look,
): void {
	const { ledger, starts } = ports;
	const main = entry.process;
	if (main === undefined || main.executed || ledger.state(main.slot) !== slotState.intent) {
		return;
	}
	if (ledger.stage(main.slot) < execStage || isStillOurs(main.pid)) {
		// The pipe whose end says so went with the daemon that made it; this lasts as long as one execve(2).
		const again = () => entry.process === main && settleExec(ports, entry, Math.min(2 * wait, lookMost));
		setTimeout(again, wait);
		return;
	}
	starts.executed(entry, main);
}

/** PF_FORKNOEXEC (include/linux/sched.h) among the flags of proc_pid_stat(5): it has come to no exec since its fork. */
const forkNoExec = 0x40;

/** Whether a child is not past exec. Not by its command line: whoever holds a lock on its memory would hold us too. */
function isStillOurs(pid: number): boolean {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
		return (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[6]) & forkNoExec) !== 0;
	} catch {
		return false;
	}
}
