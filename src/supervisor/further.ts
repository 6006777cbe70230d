import { freeName } from '../base/name.ts';
import type { Service } from '../service/service.ts';
import type { Entry } from './entry.ts';
import type { Interpreter } from './interpret.ts';
import { described, newEntry } from './new-entry.ts';
import type { Table } from './table.ts';

/** How many further runs of one service there may be at a time. */
export const furtherMost = 16;

export type FurtherPorts = {
	readonly table: Pick<Table, 'isTaken' | 'add'>;
	readonly interpreter: Pick<Interpreter, 'apply'>;
	/** Takes one that is over out of the table. */
	readonly forget: (entry: Entry) => void;
};

/**
 * Runs of a service beside the one that still runs, where its timer says `overlap`: each an entry of its own, called
 * `backup-2`, `backup-3`, … (the lowest free number), restarted by the same policy and forgotten when it is over.
 */
export class Further {
	readonly #ports: FurtherPorts;
	/** Whose further runs they are, by name. */
	readonly #of = new Map<Entry, string>();

	constructor(ports: FurtherPorts) {
		this.#ports = ports;
	}

	/** Whether one more may be started. */
	isRoom(entry: Entry): boolean {
		return [...this.#of.values()].filter((it) => it === entry.name).length < furtherMost;
	}

	/** Whose further run an entry is; undefined when it is none. */
	of(entry: Entry): string | undefined {
		return this.#of.get(entry);
	}

	/** It was one under a daemon that died. */
	restore(entry: Entry, of: string): void {
		this.#of.set(entry, of);
	}

	begin(entry: Entry, service: Service): void {
		const { table, interpreter } = this.#ports;
		const name = freeName(entry.name, (taken) => table.isTaken(taken));
		const { instance } = entry;
		const one = newEntry(name, 'daemon', { instance, ...described({ ...service, timer: undefined }) });
		this.#of.set(one, entry.name);
		table.add(one);
		interpreter.apply(one, { tag: 'start' });
	}

	/** To be called after each change of an entry's life. */
	changed(entry: Entry): void {
		const { tag } = entry.life.state;
		if ((tag === 'exited' || tag === 'failed' || tag === 'stopped') && this.#of.delete(entry)) {
			this.#ports.forget(entry);
		}
	}
}
