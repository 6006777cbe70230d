import type { Service } from '../../service/service.ts';
import type { Entry } from '../entry.ts';
import type { Table } from '../table.ts';
import type { Story } from './book.ts';
import type { Keepsakes } from './keepsakes.ts';
import { type Begun, type Beyond, isWorthAPage, type More, type Page, pageOf, serviceText } from './page.ts';

export type KnownPorts = {
	readonly table: () => Table;
	/** Whether a daemon that comes after this one finds it in the configuration that it opens. */
	readonly isStored: (entry: Entry) => boolean;
	/** What others know of an entry. */
	readonly beyond: (entry: Entry) => Beyond;
	/** What the keeper holds for an entry. */
	readonly keptFor: (entry: Entry) => Keepsakes;
	/** What is to be known beyond the entries. */
	readonly more: () => More;
	/** What is to be known of the rules. */
	readonly diary: { all(): unknown };
	/** Which keeper this is, counted from 1. */
	readonly keepers: number;
	/** The requests that are still in flight. */
	readonly inFlight: () => ReadonlySet<number>;
};

/** What there is to write down, of one entry or of all, and what of it the book has. */
export class Known {
	readonly #ports: KnownPorts;
	/** What the daemon before had written, until that is written anew. */
	#before: Pick<Story, 'pages' | 'more'> | undefined;
	/** The names that have a page, with the service that was written with it. */
	readonly #written = new Map<string, Service | undefined>();
	/** Requests that had their effect and may still be in flight. */
	readonly #begun = new Map<number, Begun>();

	constructor(ports: KnownPorts) {
		this.#ports = ports;
	}

	/** The book is that of the daemon before, which had written this. */
	takeOver({ pages, more, begun }: Pick<Story, 'pages' | 'more' | 'begun'>): void {
		for (const name of pages.keys()) {
			this.#written.set(name, undefined);
		}
		for (const [request, it] of begun) {
			this.#begun.set(request, it);
		}
		this.#before = { pages, more };
	}

	/** A request has its effect. */
	begun(request: number, begun: Begun): void {
		this.#begun.set(request, begun);
	}

	/** Whether the book has a page of that name. */
	hasPage(name: string): boolean {
		return this.#written.has(name);
	}

	/** Not what a reload has just brought, and nobody has touched: until its configuration is stored, the next daemon may not have it. */
	isWorthAPage(entry: Entry): boolean {
		const isUntouched = entry.life.state.tag === 'stopped' && entry.newest < 0;
		const isNew = entry.isConfigured && !this.#ports.isStored(entry);
		return isWorthAPage(entry) && !(isNew && isUntouched);
	}

	/** These have no page any more. */
	forget(names: Iterable<string>): void {
		for (const name of names) {
			this.#written.delete(name);
		}
	}

	/** Its page, which is written now: with its service where neither the configuration has that nor the book. */
	page(entry: Entry): Page {
		const page = pageOf(entry, this.#ports.beyond(entry));
		const service = this.#ports.isStored(entry) ? undefined : entry.service;
		const known = this.#written.get(entry.name);
		this.#written.set(entry.name, service);
		return service === undefined || service === known ? page : { ...page, service: serviceText(service) };
	}

	/** These pages could not be written: the next ones have the service in full. */
	unwritten(pages: readonly Page[]): void {
		for (const { name } of pages) {
			this.#written.set(name, undefined);
		}
	}

	/** Those whose page is none any more, though they are there: a run that nobody keeps from running. */
	outdated(entries: readonly Entry[]): readonly string[] {
		return entries.filter((it) => !this.isWorthAPage(it) && this.hasPage(it.name)).map(({ name }) => name);
	}

	/** What the keeper holds for each of these. */
	keptOf(entries: Iterable<Entry>): (readonly [string, Keepsakes])[] {
		return Array.from(entries, (entry) => [entry.name, this.#ports.keptFor(entry)] as const);
	}

	/** All there is. `last`: what the turn tells, where it is written at the end of one. */
	story(last?: Story['last']): Story {
		this.#before = undefined;
		this.#written.clear();
		const entries = this.#ports
			.table()
			.all()
			.filter((it) => this.isWorthAPage(it));
		const pages = new Map(entries.map((it) => [it.name, this.page(it)]));
		return this.#storyOf({ pages, more: this.#ports.more() }, last);
	}

	/** What is known while the turn goes on: not what it has changed, of which nothing is told. */
	soFar(): Story {
		const before = this.#before;
		this.#before = undefined;
		return before === undefined ? this.story() : this.#storyOf(before);
	}

	#storyOf({ pages, more }: Pick<Story, 'pages' | 'more'>, last?: Story['last']): Story {
		const { diary, keepers, table } = this.#ports;
		const kept = new Map(this.keptOf(table().all()).filter(([, it]) => !isNothing(it)));
		return { pages, kept, more, rules: [diary.all()], keepers, begun: this.#inFlight(), last };
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
}

function isNothing(kept: Keepsakes): boolean {
	return Object.values(kept).every((it) => it === undefined);
}
