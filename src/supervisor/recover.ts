import { errnoText } from '../base/errno.ts';
import { isRefusal, type Refusal } from '../base/refusal.ts';
import type { Journal } from '../events/journal.ts';
import type { Channel } from '../keeper/channel.ts';
import { execStage, type Ledger, slotState } from '../keeper/ledger.ts';
import type { Addon } from '../native/addon.ts';
import { fresh } from '../process/moves.ts';
import type { Asides } from './asides.ts';
import type { Cgroups } from './cgroups.ts';
import { specOf } from './defaults.ts';
import { endField, endOf } from './describe.ts';
import type { Ends } from './ends.ts';
import type { Entry } from './entry.ts';
import type { Interpreter } from './interpret.ts';
import { newEntry } from './new-entry.ts';
import type { Starts } from './starts.ts';
import type { Table } from './table.ts';
import { endsTold } from './told.ts';

export type RecoverPorts = {
	readonly native: Pick<Addon, 'pidfdOpen' | 'close'>;
	readonly ledger: Ledger;
	readonly journal: Journal;
	readonly channel: Channel;
	readonly starts: Starts;
	readonly asides: Asides;
	readonly ends: Ends;
	readonly table: Table;
	readonly interpreter: Interpreter;
	readonly cgroups: Cgroups | Refusal;
	/** The keeper still answers on that connection. */
	readonly reserve: (conn: number) => void;
	readonly release: (conn: number) => void;
};

/**
 * What a daemon does that takes over from one that died: it settles what the ledger says has ended and ends the other
 * processes, whose connections still get their `ExitStatus` from the keeper. The services are to be in the table. Commands that ran on behalf of a service
 * are killed with all they started; what the main process of a daemon left is ended.
 */
export function recover(ports: RecoverPorts): void {
	// Those that ended first: their replies are out, and a later run may use the connection already.
	const isRunning = (slot: number) => Number(ports.ledger.state(slot) === slotState.intent);
	const slots = [...ports.ledger.used()].sort((a, b) => isRunning(a) - isRunning(b));
	const first = Math.min(...slots.map((slot) => ports.ledger.start(slot)));
	const told = slots.length === 0 ? new Set<number>() : endsTold(ports.journal, first);
	for (const slot of slots) {
		recoverSlot(ports, slot, told);
	}
}

function recoverSlot(ports: RecoverPorts, slot: number, told: ReadonlySet<number>): void {
	const { ledger, channel } = ports;
	if (ledger.state(slot) === slotState.intent) {
		if (ledger.pid(slot) === 0) {
			// The clone never happened; on its connection nothing was promised.
			if (ledger.conn(slot) >= 0) {
				channel.dropConnection(ledger.conn(slot));
			}
			ledger.release(slot);
			return;
		}
		if (takeOver(ports, slot)) {
			return;
		}
	}
	if (ledger.kind(slot) === 'aside') {
		ports.asides.takeOver(entryOf(ports, slot, -1), slot, undefined);
		return;
	}
	if (!told.has(ledger.start(slot))) {
		tellEnd(ports, slot);
	}
	if (ledger.kind(slot) === 'daemon') {
		const { stopTimeout } = (serviceOf(ports, slot) ?? entryOf(ports, slot, -1)).spec;
		ports.asides.endLeft(slot, stopTimeout, () => settleConnection(ports, slot));
	} else {
		settleConnection(ports, slot);
	}
}

function tellEnd(ports: RecoverPorts, slot: number): void {
	const { ledger } = ports;
	const entry = entryOf(ports, slot, -1);
	if (ledger.err(slot) === 0 && ledger.stage(slot) >= execStage) {
		ports.interpreter.tell(entry, 'process.exited', [endField(endOf(ledger.status(slot)))]);
	} else {
		ports.interpreter.tell(entry, 'process.failed');
	}
}

/** Adopts a process that runs, and has it stopped; false when it has ended meanwhile. */
function takeOver(ports: RecoverPorts, slot: number): boolean {
	const { native, ledger, starts, asides, table, interpreter } = ports;
	const pidfd = native.pidfdOpen(ledger.pid(slot));
	// The keeper writes EXITED before it reaps: not written yet means that the number was still this process's.
	if (ledger.state(slot) !== slotState.intent) {
		if (pidfd >= 0) {
			native.close(pidfd);
		}
		return false;
	}
	if (pidfd < 0) {
		throw new Error(`process ${ledger.pid(slot)} cannot be taken over: ${errnoText(-pidfd)}`);
	}
	const found = entryOf(ports, slot, pidfd);
	if (ledger.kind(slot) === 'aside') {
		asides.takeOver(found, slot, found.process);
		return true;
	}
	const entry = serviceOf(ports, slot) ?? found;
	Object.assign(entry, { life: found.life, process: found.process, remark: found.remark });
	table.add(entry);
	starts.takeOver(entry, slot);
	awaitReply(ports, slot);
	interpreter.apply(entry, { tag: 'stop', grace: entry.spec.stopTimeout });
	return true;
}

/** The service whose process it was, where the configuration has it: whoever asks for that one gets the next start. */
function serviceOf({ ledger, table }: RecoverPorts, slot: number): Entry | undefined {
	const entry = ledger.kind(slot) === 'daemon' ? table.get(ledger.name(slot)) : undefined;
	return entry?.isConfigured === true && entry.process === undefined ? entry : undefined;
}

function entryOf({ ledger, table, cgroups }: RecoverPorts, slot: number, pidfd: number): Entry {
	const kind = ledger.kind(slot);
	const isGrouped = kind === 'daemon' && !isRefusal(cgroups);
	const since = Date.now();
	const isOwn = pidfd < 0 || kind === 'aside';
	const name = isOwn ? ledger.name(slot) : (table.nameFor(undefined, ledger.name(slot)) as string);
	return newEntry(name, kind === 'aside' ? 'daemon' : kind, {
		// Nobody knows any more how it was started.
		spec: { ...specOf(kind === 'run' ? 'run' : 'daemon'), restart: 'never' },
		life: { state: { tag: 'running', since }, history: fresh },
		process: {
			pid: ledger.pid(slot),
			pidfd,
			slot,
			start: ledger.start(slot),
			since,
			log: undefined,
			cgroup: isGrouped ? cgroups.found(ledger.name(slot)) : undefined,
			token: 0,
			executed: true,
		},
		remark: 'archon was restarted',
	});
}

/** Its reply is out, or on its way. */
function settleConnection(ports: RecoverPorts, slot: number): void {
	if (ports.ledger.state(slot) === slotState.exited && ports.ledger.stage(slot) >= execStage) {
		awaitReply(ports, slot);
	}
	ports.ends.free(slot);
}

/** The keeper answers on a connection of the daemon that died; its number is free only after that. */
function awaitReply({ ledger, ends, reserve, release }: RecoverPorts, slot: number): void {
	const conn = ledger.conn(slot);
	if (conn >= 0) {
		reserve(conn);
		ends.whenReplied(conn, () => release(conn));
	}
}
