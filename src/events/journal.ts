import { join } from 'node:path';
import { troubleWith } from '../base/trouble.ts';
import { type Event, type EventType, eventRecord, type Gap, type KnownType } from './event.ts';
import { Mark } from './mark.ts';
import { mergeRings, readRing } from './merge.ts';
import { type Numbered, Ring } from './ring.ts';
import { seekTime } from './seek.ts';

/** The least room a journal can have, in bytes: a smaller limit is raised to it. */
export const leastLimit = 16_384;

export type RingName = 'events' | 'runs' | 'samples';

/** Of the room of a journal, in sixteenths. */
const shares: Readonly<Record<RingName, number>> = { events: 7, runs: 7, samples: 2 };

/** There are many of these while somebody asks for them, and the old ones say little. */
const manyTypes: ReadonlySet<EventType> = new Set<KnownType>([
	'process.sample',
	'process.output',
	'request.received',
	'request.handled',
]);

/**
 * An event without its number; it happens now unless `time` is given. It goes into `samples` if it is one of many, else
 * into `events` unless `ring` is given.
 */
export type Draft = {
	readonly type: EventType;
	readonly name: string;
	readonly fields: readonly string[];
	readonly time?: number;
	readonly ring?: RingName;
};

/**
 * All events, numbered, on disk in rings that each have a share of the room, so that a flood of one kind does not push
 * out the rest: `runs` for the events of runs, `samples` for what is told again and again (`process.sample`,
 * `process.output`, `request.received`, `request.handled`), `events` for the history of services and all else.
 */
export class Journal {
	readonly #rings: Readonly<Record<RingName, Ring>>;
	readonly #all: readonly Ring[];
	readonly #mark: Mark;
	#newest: number;
	#trouble: string | undefined;
	#closed = false;

	/**
	 * Opens the journal in a directory, or makes it, or what an earlier version did not have of it. `limit`: bytes that
	 * its files may take up, at least `leastLimit`; `floor`: the newest number known to be given out (the ledger has
	 * it). Throws what the system says.
	 */
	static open(o: { directory: string; limit: number; floor: number }): Journal {
		return new Journal(o.directory, Math.max(o.limit, leastLimit), o.floor);
	}

	private constructor(directory: string, limit: number, floor: number) {
		const ring = (name: RingName) => new Ring(join(directory, name), Math.floor((limit * shares[name]) / 16));
		this.#rings = { events: ring('events'), runs: ring('runs'), samples: ring('samples') };
		this.#all = Object.values(this.#rings);
		this.#mark = new Mark(directory);
		this.#newest = Math.max(...this.#all.map(({ newest }) => newest), floor, this.#mark.floor);
	}

	/** The newest number given out; 0 before the first. */
	get newest(): number {
		return this.#newest;
	}

	/** The lowest number the journal has; `newest` + 1 when it has none. */
	get oldest(): number {
		const firsts = this.#all.map((ring) => ring.segments[0]?.first ?? this.#newest + 1);
		return Math.min(...firsts);
	}

	/** Why an event of the latest `append` is not in the journal (a full disk), or undefined. */
	get trouble(): string | undefined {
		return this.#trouble;
	}

	/**
	 * Gives the next numbers to events and writes them, those that follow each other in one ring with one write; when
	 * this returns, they survive a crash of the daemon. Never throws: what cannot be written is returned all the same,
	 * `trouble` says why, and it will read as a Gap.
	 */
	append(drafts: readonly Draft[]): Event[] {
		const events = drafts.map(({ type, name, fields, time }) => ({
			seq: ++this.#newest,
			time: time ?? Date.now(),
			type,
			name,
			fields,
		}));
		this.#trouble = undefined;
		// Never a later one before an earlier one: what a crash in between leaves is a journal without its end.
		for (let from = 0; from < events.length; ) {
			const ring = ringOf(drafts[from] as Draft);
			let end = from + 1;
			while (end < events.length && ringOf(drafts[end] as Draft) === ring) {
				end++;
			}
			this.#write(this.#rings[ring], events.slice(from, end));
			from = end;
		}
		this.#mark.reached(this.#newest);
		return events;
	}

	/**
	 * The events after a number up to the newest at the first step, a Gap in the place of those that are lost. Reads as
	 * it is asked and holds no descriptor, so it may be left or gone on with at any time.
	 */
	*read(after: number): Generator<Event | Gap, void> {
		for (const one of mergeRings(this.#all, after, this.#newest)) {
			if (this.#closed) {
				return;
			}
			yield one;
		}
	}

	/**
	 * The number after which the events begin that happened at a time (milliseconds since 1970) or later: that of the
	 * last one before it, so that a loss in between shows as a Gap; 0 when the journal does not reach back that far.
	 */
	seqAt(time: number): number {
		let before = 0;
		let first = this.#newest + 1;
		for (const ring of this.#all) {
			for (const event of readRing(ring, 0, seekTime(ring, time))) {
				if (event.time >= time) {
					first = Math.min(first, event.seq);
					break;
				}
				before = Math.max(before, event.seq);
			}
		}
		return Math.min(before, first - 1);
	}

	#write(ring: Ring, events: readonly Event[]): void {
		const records = events.map((event) => ({ seq: event.seq, record: eventRecord(event) }));
		if (this.#tryWrite(ring, records) || records.length === 1) {
			return;
		}
		// One too large, or a disk with a little room left: those that go, go one by one.
		for (const one of records.filter(({ seq }) => seq > ring.newest)) {
			this.#tryWrite(ring, [one]);
		}
	}

	#tryWrite(ring: Ring, records: readonly Numbered[]): boolean {
		try {
			ring.append(records);
			return true;
		} catch (error) {
			this.#trouble ??= troubleWith(ring.directory, error) ?? (error as Error).message;
			return false;
		}
	}

	/** Closes the files. Nothing may be appended any more; what is being read ends early. */
	close(): void {
		this.#closed = true;
		for (const ring of this.#all) {
			ring.close();
		}
		this.#mark.close();
	}
}

function ringOf({ type, ring = 'events' }: Draft): RingName {
	return manyTypes.has(type) ? 'samples' : ring;
}
