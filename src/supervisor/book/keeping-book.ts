import type { Batch } from '../../events/batch.ts';
import type { Draft } from '../../events/journal.ts';
import type { Service } from '../../service/service.ts';
import type { Entry } from '../entry.ts';
import type { Table } from '../table.ts';
import { Book, type Story } from './book.ts';
import type { Keepsakes } from './keepsakes.ts';
import { type Begun, type Beyond, isWorthAPage, type More, type Page, pageOf, serviceText } from './page.ts';

/** What others write down with each turn, in words of their own. */
export type KeptDiary = {
	/** Whether something is to be written even if nothing else is. */
	readonly isDue: boolean;
	/** What has changed; undefined: nothing. */
	take(): unknown;
	/** What was taken could not be written. */
	putBack(taken: unknown): void;
	/** All there is. */
	all(): unknown;
};

export type BookPorts = {
	readonly path: string;
	readonly batch: Pick<Batch, 'before' | 'touch'>;
	/** The newest event there is. */
	readonly newest: () => number;
	readonly table: () => Table;
	/** What others know of an entry. */
	readonly beyond: (entry: Entry) => Beyond;
	/** What the keeper holds for an entry. */
	readonly keptFor: (entry: Entry) => Keepsakes;
	/** What is to be known beyond the entries, and a number that grows with each change of it. */
	readonly more: () => More;
	readonly version: () => number;
	/** What is to be known of the rules. */
	readonly diary: KeptDiary;
	/** Which keeper this is, counted from 1. */
	readonly keepers: number;
	/** The requests that are still in flight. */
	readonly inFlight: () => ReadonlySet<number>;
	readonly onFault: (fault: unknown) => void;
};

/** Writes down what changes, turn by turn. */
export class KeepingBook {
	readonly #ports: BookPorts;
	#book: Book | undefined;
	#isOpen = false;
	/** What the daemon before had written, until that is written anew. */
	#before: Story | undefined;
	readonly #changed = new Set<Entry>();
	/** Those of which it could not be written what the keeper holds. */
	readonly #unkept = new Set<Entry>();
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
		ports.batch.before((events) => {
			this.#turn(events);
			this.#renew(events);
		});
	}

	/**
	 * Begins with what the daemon before had written, or with nothing, and with what is there of what the keeper held. What
	 * is changed in this turn, which is about everything where a daemon has died, is written with it when the turn ends.
	 */
	open({ pages, more, begun }: Pick<Story, 'pages' | 'more' | 'begun'>): void {
		for (const name of pages.keys()) {
			this.#written.set(name, undefined);
		}
		for (const [request, it] of begun) {
			this.#begun.set(request, it);
		}
		this.#isOpen = true;
		const { keepers, batch } = this.#ports;
		this.#before = { pages, kept: new Map(), more, rules: [], keepers, begun: this.#begun, last: undefined };
		batch.touch();
	}

	/** To be called after each change of an entry. */
	changed(entry: Entry): void {
		if (this.#changed.size === 0) {
			this.#ports.batch.touch();
		}
		this.#changed.add(entry);
	}

	/** Each has the process of the other now: what the keeper holds for them is written with that, or neither is. */
	swapped(...entries: readonly Entry[]): void {
		for (const entry of entries) {
			this.changed(entry);
			this.#unkept.add(entry);
		}
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
	kept({ name }: Entry): void {
		// Its name may be another's by now.
		const entry = this.#ports.table().get(name);
		if (entry === undefined) {
			return;
		}
		const isWritten = this.#write({ events: [], pages: [], gone: [], kept: this.#keptOf([entry]) });
		if (!isWritten) {
			this.#unkept.add(entry);
		}
		// It may have grown.
		this.#ports.batch.touch();
	}

	#turn(events: readonly Draft[]): void {
		if (this.#isOpen && this.#book === undefined) {
			this.#begin(events);
			return;
		}
		const isMore = this.#version !== this.#ports.version();
		const { diary } = this.#ports;
		const isWritten = this.#begins.length > 0 || diary.isDue;
		if (this.#changed.size === 0 && this.#gone.size === 0 && !isMore && !isWritten) {
			return;
		}
		const here = Array.from(this.#changed).filter((it) => this.#ports.table().get(it.name) === it);
		const of = here.filter(isWorthAPage);
		const gone = new Set([...this.#gone, ...this.#outdated(here)]);
		for (const name of gone) {
			this.#written.delete(name);
		}
		const pages = of.map((entry) => this.#page(entry));
		const [unkept, begins] = [[...this.#unkept], this.#begins];
		const version = this.#version;
		this.#forgetTurn(this.#ports.version());
		const isWorthIt = pages.length + gone.size > 0 || isMore || isWritten;
		if (!isWorthIt) {
			return;
		}
		const kept = unkept.length > 0 ? { kept: this.#keptOf(unkept) } : {};
		const more = isMore ? { more: this.#ports.more() } : {};
		const begun = begins.length > 0 ? { begun: begins } : {};
		const rules = diary.take();
		if (!this.#write({ events, pages, gone: [...gone], ...more, ...kept, ...begun, rules })) {
			this.#again({ of, gone, unkept, begins, version });
			if (rules !== undefined) {
				diary.putBack(rules);
			}
		}
	}

	/** All there is, with the events of the turn: they are told after. */
	#begin(events: readonly Draft[]): void {
		this.#before = undefined;
		const version = this.#ports.version();
		this.#guard(() => {
			this.#book = new Book(this.#ports.path, this.#story({ events, after: this.#ports.newest() }));
			this.#ports.diary.take();
			this.#forgetTurn(version);
		});
	}

	/** Those whose page is none any more, though they are there: a run that nobody keeps from running. */
	#outdated(here: readonly Entry[]): readonly string[] {
		return here.filter((it) => !isWorthAPage(it) && this.#written.has(it.name)).map(({ name }) => name);
	}

	#forgetTurn(version: number): void {
		this.#changed.clear();
		this.#gone.clear();
		this.#unkept.clear();
		this.#begins = [];
		this.#version = version;
	}

	/** What could not be written is written with the next turn, the services in full. */
	#again(turn: {
		of: readonly Entry[];
		gone: ReadonlySet<string>;
		unkept: readonly Entry[];
		begins: readonly (readonly [number, Begun])[];
		version: number;
	}): void {
		for (const entry of turn.of) {
			this.#changed.add(entry);
			this.#written.set(entry.name, undefined);
		}
		for (const name of turn.gone) {
			this.#gone.add(name);
		}
		for (const entry of turn.unkept) {
			this.#unkept.add(entry);
		}
		this.#begins.push(...turn.begins);
		this.#version = turn.version;
	}

	/** Whether it is there now. */
	#write(leaf: Omit<Parameters<Book['write']>[0], 'after'>): boolean {
		return this.#guard(() => {
			if (!this.#isOpen) {
				return;
			}
			this.#book ??= new Book(this.#ports.path, this.#known());
			this.#book.write({ ...leaf, after: this.#ports.newest() });
		});
	}

	/** Only here: while a turn goes on nothing is to be known of what it has changed, for nothing is told of it. */
	#renew(events: readonly Draft[]): void {
		if (this.#book?.isThick) {
			this.#guard(() => {
				this.#book = this.#book?.renew(this.#story({ events, after: this.#ports.newest() }));
			});
		}
	}

	#page(entry: Entry): Page {
		const page = pageOf(entry, this.#ports.beyond(entry));
		const service = entry.isConfigured ? undefined : entry.service;
		const known = this.#written.get(entry.name);
		this.#written.set(entry.name, service);
		return service === undefined || service === known ? page : { ...page, service: serviceText(service) };
	}

	/** What is known while the turn goes on: not what it has changed, of which nothing is told. */
	#known(): Story {
		const before = this.#before;
		this.#before = undefined;
		return before === undefined
			? this.#story()
			: { ...before, kept: this.#allKept(), rules: [this.#ports.diary.all()], begun: this.#inFlight() };
	}

	#story(last?: Story['last']): Story {
		this.#written.clear();
		const entries = this.#ports.table().all().filter(isWorthAPage);
		return {
			pages: new Map(entries.map((it) => [it.name, this.#page(it)])),
			kept: this.#allKept(),
			more: this.#ports.more(),
			rules: [this.#ports.diary.all()],
			keepers: this.#ports.keepers,
			begun: this.#inFlight(),
			last,
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

	#allKept(): ReadonlyMap<string, Keepsakes> {
		return new Map(this.#keptOf(this.#ports.table().all()).filter(([, kept]) => !isNothing(kept)));
	}

	#keptOf(entries: readonly Entry[]): (readonly [string, Keepsakes])[] {
		return entries.map((entry) => [entry.name, this.#ports.keptFor(entry)] as const);
	}

	/**
	 * A book that cannot be written (a full file system) costs what it is for, and nothing else: then it is false.
	 */
	#guard(act: () => void): boolean {
		try {
			act();
			return true;
		} catch (fault) {
			this.#ports.onFault(fault);
			return false;
		}
	}
}

function isNothing(kept: Keepsakes): boolean {
	return Object.values(kept).every((it) => it === undefined);
}
