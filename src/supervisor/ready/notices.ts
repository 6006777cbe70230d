import { counted } from '../../base/counted.ts';
import { errnoText } from '../../base/errno.ts';
import type { Addon } from '../../native/addon.ts';
import type { Entry } from '../entry.ts';
import type { Interpreter } from '../interpret.ts';
import { frontOf } from '../overlap-of.ts';
import { type FdStore, storeMost } from './fd-store.ts';
import type { MainPids } from './main-pids.ts';
import { type Notice, parseNotice } from './notice.ts';
import type { Datagram } from './notify-sockets.ts';

export type NoticePorts = {
	readonly native: Pick<Addon, 'closeLater'>;
	readonly interpreter: Pick<Interpreter, 'apply'>;
	readonly mains: Pick<MainPids, 'take'>;
	readonly store: FdStore;
	/** It says that it is ready. */
	readonly good: (entry: Entry) => void;
	/** It is not ready yet and says what it does. */
	readonly told: (entry: Entry, why: string) => void;
	readonly health: {
		/** It says that it is well. */
		readonly alive: (entry: Entry) => void;
		/** It says that it is not. */
		readonly trigger: (entry: Entry) => void;
		/** Its watchdog has another interval, milliseconds, or none (0). */
		readonly every: (entry: Entry, ms: number) => void;
		/** It is about to end by itself. */
		readonly suspend: (entry: Entry) => void;
	};
};

/** Does what a service says by sd_notify(3); what is handed in with it is kept or closed. */
export function heed(ports: NoticePorts, entry: Entry, { text, fds }: Datagram): void {
	const notice = parseNotice(text);
	if (notice.mainPid !== undefined) {
		const why = ports.mains.take(entry, notice.mainPid);
		if (why !== undefined) {
			entry.said = `MAINPID was refused: ${why}`;
		}
	}
	heedState(ports, entry, notice);
	// After the state, for with another state nothing is said any more.
	heedText(ports, entry, notice);
	heedHealth(ports, entry, notice);
	heedDescriptors(ports, entry, notice, fds);
}

function heedState({ interpreter, good, health }: NoticePorts, entry: Entry, notice: Notice): void {
	if (notice.reloading) {
		interpreter.apply(entry, { tag: 'withdrawn', at: Date.now() });
	}
	if (notice.ready) {
		good(entry);
	}
	if (notice.stopping) {
		entry.said = 'stopping by itself';
		health.suspend(entry);
	}
	const { extend } = notice;
	// It never makes a time shorter, nor bounds what has none.
	if (extend !== undefined && entry.timer !== undefined && Date.now() + extend > entry.due) {
		interpreter.apply(entry, { tag: 'extend', ms: extend });
	}
}

function heedText({ told }: NoticePorts, entry: Entry, { status, errno }: Notice): void {
	if (status !== undefined) {
		entry.said = status;
	}
	if (errno !== undefined && errno > 0) {
		const text = errnoText(errno);
		entry.said = entry.said === '' ? text : `${entry.said} (${text})`;
	}
	if (entry.said !== '' && entry.service?.ready.tag === 'notify') {
		told(entry, entry.said);
	}
}

function heedHealth({ health }: NoticePorts, entry: Entry, { watchdog, watchdogEvery }: Notice): void {
	if (watchdogEvery !== undefined) {
		health.every(entry, watchdogEvery);
	}
	if (watchdog === 'alive') {
		health.alive(entry);
	} else if (watchdog === 'trigger') {
		health.trigger(entry);
	}
}

function heedDescriptors(
	{ native, store }: NoticePorts,
	entry: Entry,
	notice: Notice,
	fds: readonly number[],
): void {
	if (notice.remove !== undefined) {
		store.remove(frontOf(entry), notice.remove);
	}
	if (notice.store !== undefined && !notice.barrier) {
		const over = store.add(frontOf(entry), fds, notice.store.name, notice.store.watched);
		if (over > 0) {
			entry.said = `${counted(over, 'descriptor')} not kept: more than ${storeMost}`;
		}
	} else if (fds.length > 0) {
		// A barrier's sender sees by this that all it said before has been done.
		native.closeLater(fds);
	}
}
