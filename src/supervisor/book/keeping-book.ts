import type { Batch } from '../../events/batch.ts';
import type { Draft } from '../../events/journal.ts';
import type { Service } from '../../service/service.ts';
import type { Entry } from '../entry.ts';
import type { Table } from '../table.ts';
import { Book, type Story } from './book.ts';
import type { Keepsakes } from './keepsakes.ts';
import { type Begun, isWorthAPage, type More, type Page, pageOf, serviceText } from './page.ts';

export type BookPorts = {
	readonly path: string;
	readonly batch: Pick<Batch, 'before' | 'touch'>;
	/** The newest event there is. */
	readonly newest: () => number;
	readonly table: () => Table;
	/** What others know of an entry. */
	readonly beyond: (entry: Entry) => Pick<Page, 'down' | 'fires'>;
	/** What the keeper holds for an entry. */
	readonly keptFor: (entry: Entry) => Keepsakes;
	/** What is to be known beyond the entries, and a number that grows with each change of it. */
	readonly more: () => More;
	readonly version: () => number;
	/** The requests that are still in flight. */
	readonly inFlight: () => ReadonlySet<number>;
	readonly onFault: (fault: unknown) => void;
};

/** Writes down what changes, turn by turn. */
export class KeepingBook {
	readonly #ports: BookPorts;
	#book: Book | undefined;
	readonly #changed = new Set<Entry>();
	readonly #gone = new Set<string>();
	/** The names that have a page, with the service that was written with it. */
	readonly #written = new Map<string, Service | undefined>();
	/** Requests that had their effect and may still be in flight. */
	readonly #begun = new Map<number, Begun>();
	/** Those of this turn. */
	#begins: (readonly [number, Begun])[] = [];
	#version = -1;

	constructor(ports: BookPorts) {
		this.#ports = ports;
		ports.batch.before((events) => this.#turn(events));
	}

	/** Begins with what the daemon before had written, or with nothing. */
	open(story: Story): void {
		for (const name of story.pages.keys()) {
			this.#written.set(name, undefined);
		}
		for (const [request, begun] of story.begun) {
			this.#begun.set(request, begun);
		}
		this.#guard(() => {
			this.#book = new Book(this.#ports.path, { ...story, begun: this.#inFlight() });
		});
	}

	/** To be called after each change of an entry. */
	changed(entry: Entry): void {
		if (this.#changed.size === 0) {
			this.#ports.batch.touch();
		}
		this.#changed.add(entry);
	}

	/** The entry is forgotten. */
	gone(entry: Entry): void {
		this.#changed.delete(entry);
		if (entry.isConfigured) {
			// That it was removed is told apart: it has no page to say so.
			this.#version = -1;
			this.#ports.batch.touch();
		}
		if (this.#written.has(entry.name)) {
			this.#gone.add(entry.name);
			this.#ports.batch.touch();
		}
	}

	/** A request has its effect in this turn: that it had is written down with it. */
	begun(request: number, begun: Begun): void {
		this.#begins.push([request, begun]);
		this.#begun.set(request, begun);
		this.#ports.batch.touch();
	}

	/** Writes at once what is to be known of one that a request has made: before it has a process. */
	born(entry: Entry): void {
		this.#write({ events: [], pages: [{ ...this.#page(entry), isUnborn: true }], gone: [] });
	}

	/** Writes at once what the keeper holds for an entry: a descriptor that nobody finds again would be lost. */
	kept(entry: Entry): void {
		this.#write({ events: [], pages: [], gone: [], kept: [[entry.name, this.#ports.keptFor(entry)]] });
	}

	#turn(events: readonly Draft[]): void {
		const isMore = this.#version !== this.#ports.version();
		if (this.#changed.size === 0 && this.#gone.size === 0 && !isMore && this.#begins.length === 0) {
			return;
		}
		const gone = [...this.#gone];
		for (const name of gone) {
			this.#written.delete(name);
		}
		const pages = Array.from(this.#changed)
			.filter((entry) => isWorthAPage(entry) && this.#ports.table().get(entry.name) === entry)
			.map((entry) => this.#page(entry));
		this.#changed.clear();
		this.#gone.clear();
		this.#version = this.#ports.version();
		const begun = this.#begins.splice(0);
		if (pages.length + gone.length + begun.length > 0 || isMore) {
			const more = isMore ? this.#ports.more() : undefined;
			this.#write({ events, pages, gone, more, begun: begun.length > 0 ? begun : undefined });
		}
	}

	#write(leaf: Omit<Parameters<Book['write']>[0], 'after'>): void {
		this.#guard(() => {
			this.#book?.write({ ...leaf, after: this.#ports.newest() });
			if (this.#book?.isThick) {
				this.#book = this.#book.renew(this.#story());
			}
		});
	}

	#page(entry: Entry): Page {
		const page = pageOf(entry, this.#ports.beyond(entry));
		const service = entry.isConfigured ? undefined : entry.service;
		const known = this.#written.get(entry.name);
		this.#written.set(entry.name, service);
		return service === undefined || service === known ? page : { ...page, service: serviceText(service) };
	}

	#story(): Omit<Story, 'last'> {
		this.#written.clear();
		const entries = this.#ports.table().all().filter(isWorthAPage);
		const named = <T>(of: (entry: Entry) => T) => new Map(entries.map((it) => [it.name, of(it)]));
		return {
			pages: named((it) => this.#page(it)),
			kept: named((it) => this.#ports.keptFor(it)),
			more: this.#ports.more(),
			begun: this.#inFlight(),
		};
	}

	#inFlight(): ReadonlyMap<number, Begun> {
		const inFlight = this.#ports.inFlight();
		for (const request of this.#begun.keys()) {
			if (!inFlight.has(request)) {
				this.#begun.delete(request);
			}
		}
		return this.#begun;
	}

	/** A book that cannot be written (a full file system) costs what it is for, and nothing else. */
	#guard(act: () => void): void {
		try {
			act();
		} catch (fault) {
			this.#ports.onFault(fault);
		}
	}
}
