import type { Bus } from './bus.ts';
import { type Event, eventRecord, gapRecord, isGap } from './event.ts';
import { accepts, type Filter } from './filter.ts';
import type { Journal } from './journal.ts';

const eventsPerTurn = 500;
const charsPerTurn = 65_536;

/**
 * One subscriber. While it keeps up, events go straight from the bus to `write`, those of one turn together; when `write` has returned false it is
 * given nothing until `drained` is called, and then gets what it missed from the journal, a slice per turn of the loop.
 * In between it holds a number and no events.
 */
export class Follower {
	readonly #journal: Journal;
	readonly #bus: Bus;
	readonly #filter: Filter;
	readonly #write: (text: string) => boolean;
	/** The newest event that is dealt with: written, about to be, or not wanted. */
	#cursor: number;
	/** Heard and not written yet: what is published together is written together. */
	#text = '';
	#reading: ReturnType<Journal['read']> | undefined;
	#turn: NodeJS.Immediate | undefined;
	#full = false;
	#leave: (() => void) | undefined;

	/** `after`: the number to begin behind. `write` takes all it is given, whole records; false: no more for now. */
	constructor(o: {
		readonly journal: Journal;
		readonly bus: Bus;
		readonly filter: Filter;
		readonly after: number;
		readonly write: (text: string) => boolean;
	}) {
		this.#journal = o.journal;
		this.#bus = o.bus;
		this.#filter = o.filter;
		this.#cursor = o.after;
		this.#write = o.write;
	}

	/** Begins. Nothing is written before the next turn of the loop unless an event is published. */
	start(): void {
		this.#leave ??= this.#bus.follow(
			(event) => this.#hear(event),
			() => this.#flush(),
		);
		this.#catchUp();
	}

	/** To be called when there is room again after `write` returned false. */
	drained(): void {
		this.#full = false;
		this.#catchUp();
	}

	/** Ends it: nothing is written any more. */
	stop(): void {
		this.#leave?.();
		this.#leave = undefined;
		this.#text = '';
		this.#reading = undefined;
		clearImmediate(this.#turn);
		this.#turn = undefined;
	}

	#hear(event: Event): void {
		if (this.#full) {
			return;
		}
		if (event.seq !== this.#cursor + 1) {
			// It is behind: the journal is being read, or will be now.
			this.#catchUp();
			return;
		}
		this.#cursor = event.seq;
		if (accepts(this.#filter, event)) {
			this.#text += eventRecord(event);
			if (this.#text.length >= charsPerTurn) {
				this.#flush();
			}
		}
	}

	#flush(): void {
		if (this.#text !== '') {
			const text = this.#text;
			this.#text = '';
			this.#put(text);
		}
	}

	#catchUp(): void {
		if (this.#leave !== undefined && !this.#full && this.#cursor < this.#journal.newest) {
			this.#turn ??= setImmediate(() => {
				this.#turn = undefined;
				this.#slice();
				this.#catchUp();
			});
		}
	}

	#slice(): void {
		const before = this.#reading === undefined ? this.#cursor : -1;
		this.#reading ??= this.#journal.read(this.#cursor);
		let text = '';
		for (let i = 0; i < eventsPerTurn && text.length < charsPerTurn; i++) {
			const { value } = this.#reading.next();
			if (!value) {
				this.#reading = undefined;
				break;
			}
			this.#cursor = isGap(value) ? value.last : value.seq;
			if (isGap(value)) {
				text += gapRecord(value);
			} else if (accepts(this.#filter, value)) {
				text += eventRecord(value);
			}
		}
		if (this.#cursor === before) {
			// There was something to read and nothing came: the journal is closed.
			this.stop();
		} else if (text !== '') {
			this.#put(text);
		}
	}

	#put(text: string): void {
		if (!this.#write(text)) {
			this.#full = true;
			// A chunk of the journal per waiting subscriber would add up; finding the place again is cheap.
			this.#reading = undefined;
		}
	}
}
