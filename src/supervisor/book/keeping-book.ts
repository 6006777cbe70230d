import { type Refusal, refuse } from '../../base/refusal.ts';
import { troubleWith } from '../../base/trouble.ts';
import type { Batch } from '../../events/batch.ts';
import type { Draft } from '../../events/journal.ts';
import type { Addon } from '../../native/addon.ts';
import type { Entry } from '../entry.ts';
import { Book, type Leaf, type Story } from './book.ts';
import { Changes } from './changes.ts';
import { Known, type KnownPorts } from './known.ts';
import type { Begun } from './page.ts';

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

export type BookPorts = KnownPorts & {
	readonly native: Pick<Addon, 'preallocate'>;
	readonly path: string;
	readonly batch: Pick<Batch, 'before' | 'touch'>;
	/** The newest event there is. */
	readonly newest: () => number;
	/** A number that grows with each change of what is to be known beyond the entries. */
	readonly version: () => number;
	readonly diary: KeptDiary;
	readonly onFault: (fault: unknown) => void;
};

/** Writes down what changes, turn by turn. */
export class KeepingBook {
	readonly #ports: BookPorts;
	readonly #known: Known;
	#book: Book | undefined;
	#isOpen = false;
	#changes = new Changes();
	/** Why it could last not be written. */
	#fault: unknown;

	constructor(ports: BookPorts) {
		this.#ports = ports;
		this.#known = new Known(ports);
		ports.batch.before((events) => {
			this.#turn(events);
			this.#renew(events);
		});
	}

	/**
	 * Begins with what the daemon before had written, or with nothing, and with what is there of what the keeper held. What
	 * is changed in this turn, which is about everything where a daemon has died, is written with it when the turn ends.
	 */
	open(before: Pick<Story, 'pages' | 'more' | 'begun'>): void {
		this.#known.takeOver(before);
		this.#isOpen = true;
		this.#ports.batch.touch();
	}

	/** To be called after each change of an entry. */
	changed(entry: Entry): void {
		if (this.#changes.entries.size === 0) {
			this.#ports.batch.touch();
		}
		this.#changes.entries.add(entry);
	}

	/** Each has the process of the other now: what the keeper holds for them is written with that, or neither is. */
	swapped(...entries: readonly Entry[]): void {
		for (const entry of entries) {
			this.changed(entry);
			this.#changes.unkept.add(entry);
		}
	}

	/** The entry is forgotten. */
	gone(entry: Entry): void {
		this.#changes.entries.delete(entry);
		if (entry.isConfigured) {
			// That it was removed is told apart: it has no page to say so.
			this.moreChanged();
		}
		if (this.#known.hasPage(entry.name)) {
			this.#changes.gone.add(entry.name);
			this.#ports.batch.touch();
		}
	}

	/** What is to be known beyond the entries has changed, whatever its version. */
	moreChanged(): void {
		this.#changes.version = -1;
		this.#ports.batch.touch();
	}

	/** A request has its effect in this turn: that it had is written down with it. */
	begun(request: number, begun: Begun): void {
		this.#changes.begun.push([request, begun]);
		this.#known.begun(request, begun);
		this.#ports.batch.touch();
	}

	/**
	 * Writes at once what is to be known of one that a request has made, before it has a process; or says why that cannot
	 * be, or soon not what becomes of it.
	 */
	born(entry: Entry): Refusal | undefined {
		const page = { ...this.#known.page(entry), isUnborn: true };
		const hasRoom = this.#guard(() => this.#current()?.reserve());
		if (hasRoom && this.#write({ events: [], pages: [page], gone: [] })) {
			return undefined;
		}
		this.#known.unwritten([page]);
		const why = troubleWith(this.#ports.path, this.#fault) ?? `${this.#ports.path} cannot be written`;
		return refuse(`${why}: a crash of the daemon would end what is started now`);
	}

	/** Writes at once what the keeper holds for an entry: a descriptor that nobody finds again would be lost. */
	kept({ name }: Entry): void {
		// Its name may be another's by now.
		const entry = this.#ports.table().get(name);
		if (entry === undefined) {
			return;
		}
		const isWritten = this.#write({ events: [], pages: [], gone: [], kept: this.#known.keptOf([entry]) });
		if (!isWritten) {
			this.#changes.unkept.add(entry);
		}
		// It may have grown.
		this.#ports.batch.touch();
	}

	#turn(events: readonly Draft[]): void {
		if (this.#isOpen && this.#book === undefined) {
			this.#begin(events);
			return;
		}
		const { diary, table, version } = this.#ports;
		const turn = this.#changes;
		const isMore = turn.version !== version();
		const isDue = isMore || diary.isDue;
		if (turn.isEmpty && !isDue) {
			return;
		}
		this.#changes = new Changes(version());
		const here = [...turn.entries].filter((it) => table().get(it.name) === it);
		for (const name of this.#known.outdated(here)) {
			turn.gone.add(name);
		}
		this.#known.forget(turn.gone);
		const pages = here.filter((it) => this.#known.isWorthAPage(it)).map((it) => this.#known.page(it));
		const [unkept, begun] = [[...turn.unkept], turn.begun];
		if (pages.length + turn.gone.size + unkept.length + begun.length === 0 && !isDue) {
			return;
		}
		const rules = diary.take();
		const leaf = {
			events,
			pages,
			gone: [...turn.gone],
			...(isMore ? { more: this.#ports.more() } : {}),
			...(unkept.length > 0 ? { kept: this.#known.keptOf(unkept) } : {}),
			...(begun.length > 0 ? { begun } : {}),
			rules,
		};
		if (!this.#guard(() => this.#put(leaf, events))) {
			this.#changes.again(turn);
			this.#known.unwritten(pages);
			if (rules !== undefined) {
				diary.putBack(rules);
			}
		}
	}

	/** All there is, with the events of the turn: they are told after. */
	#begin(events: readonly Draft[]): void {
		const version = this.#ports.version();
		this.#guard(() => {
			this.#book = this.#newBook(this.#whole(events));
			this.#ports.diary.take();
			this.#changes = new Changes(version);
		});
	}

	/** What a turn has changed; where there is no room for that all there is, which without what is no longer needed may be less. */
	#put(leaf: Omit<Leaf, 'after'>, events: readonly Draft[]): void {
		try {
			this.#append(leaf);
		} catch (fault) {
			if (this.#book === undefined) {
				throw fault;
			}
			this.#book.renew(this.#whole(events));
		}
	}

	/** Whether it is there now. */
	#write(leaf: Omit<Leaf, 'after'>): boolean {
		return this.#guard(() => this.#append(leaf));
	}

	#append(leaf: Omit<Leaf, 'after'>): void {
		this.#current()?.write({ ...leaf, after: this.#ports.newest() });
	}

	/** Only here: while a turn goes on nothing is to be known of what it has changed, for nothing is told of it. */
	#renew(events: readonly Draft[]): void {
		if (this.#book?.isDue) {
			this.#guard(() => this.#book?.renew(this.#whole(events)));
		}
	}

	/** One that could not be begun is begun with what is known so far. */
	#current(): Book | undefined {
		if (this.#isOpen) {
			this.#book ??= this.#newBook(this.#known.soFar());
		}
		return this.#book;
	}

	#newBook(story: Story): Book {
		return new Book(this.#ports.native, this.#ports.path, story);
	}

	#whole(events: readonly Draft[]): Story {
		return this.#known.story({ events, after: this.#ports.newest() });
	}

	/**
	 * A book that cannot be written (a full file system) costs what it is for and what `born` refuses: then it is false.
	 */
	#guard(act: () => void): boolean {
		try {
			act();
			return true;
		} catch (fault) {
			this.#fault = fault;
			this.#ports.onFault(fault);
			return false;
		}
	}
}
