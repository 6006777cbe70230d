import type { Event } from '../events/event.ts';
import type { ProcessView } from '../rules/rule.ts';
import { lastCell, reasonOf } from '../supervisor/describe.ts';
import type { Entry } from '../supervisor/entry.ts';
import type { Table } from '../supervisor/table.ts';
import { fieldOf } from './meant.ts';

type Sample = Pick<ProcessView, 'rss' | 'cpu' | 'fds'>;

/** What rules know of processes: how they are now, and their latest sample. */
export class Views {
	readonly #table: Pick<Table, 'get'>;
	readonly #samples = new WeakMap<Entry, Sample>();

	constructor(table: Pick<Table, 'get'>) {
		this.#table = table;
	}

	/** Undefined: there is no such process. */
	of(name: string): ProcessView | undefined {
		const entry = this.#table.get(name);
		return entry && { ...viewOf(entry), ...this.#samples.get(entry) };
	}

	/** To be called with each event of a process. What was measured of one that has ended is not known of the next. */
	hear(event: Event): void {
		const entry = this.#table.get(event.name);
		if (entry === undefined) {
			return;
		}
		if (event.type === 'process.sample') {
			const [rss, cpu, fds] = ['rss', 'cpu', 'fds'].map((key) => Number(fieldOf(event, key)));
			this.#samples.set(entry, sampleOf({ rss, cpu, fds }));
		} else if (event.type === 'process.exited') {
			this.#samples.delete(entry);
		}
	}
}

function sampleOf(found: Readonly<Record<keyof Sample, number | undefined>>): Sample {
	return Object.fromEntries(Object.entries(found).filter(([, value]) => Number.isFinite(value)));
}

function viewOf(entry: Entry): ProcessView {
	const { process } = entry;
	return {
		name: entry.name,
		kind: entry.kind,
		state: entry.life.state.tag,
		pid: process !== undefined && process.pid > 0 ? process.pid : undefined,
		since: process?.since,
		restarts: entry.life.history.restarts,
		last: lastCell(entry.last),
		reason: reasonOf(entry),
		labels: Object.fromEntries(entry.service?.labels ?? []),
	};
}
