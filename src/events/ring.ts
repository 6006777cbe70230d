import { mkdirSync } from 'node:fs';
import { Segment } from './segment.ts';
import { cutTail } from './tail.ts';

const segmentsPerRing = 8;

/** The record of the event with that number. */
export type Numbered = { readonly seq: number; readonly record: string };

/** An append-only journal of bounded size: segment files in a directory, the oldest deleted when there is no room. */
export class Ring {
	readonly directory: string;
	readonly #share: number;
	readonly #segments: Segment[];
	#bytes: number;
	#newest: number;

	/** Opens what is there, makes the directory, cuts a torn tail. Throws what the system says. */
	constructor(directory: string, share: number) {
		mkdirSync(directory, { recursive: true, mode: 0o700 });
		this.directory = directory;
		this.#share = share;
		this.#segments = Segment.list(directory).map((first) => new Segment(directory, first));
		this.#newest = this.#cut();
		this.#bytes = this.#segments.reduce((sum, segment) => sum + segment.size, 0);
		this.#makeRoom(0);
	}

	/** Oldest first. */
	get segments(): readonly Segment[] {
		return this.#segments;
	}

	/** The number of the last record; 0 when there is none. */
	get newest(): number {
		return this.#newest;
	}

	/**
	 * Appends records, ASCII with their line breaks, in the order of their numbers and with one write as far as they go
	 * into one segment. Throws what the system says; up to `newest` they are in then, and of the others nothing is.
	 */
	append(records: readonly Numbered[]): void {
		for (let from = 0; from < records.length; ) {
			from = this.#appendSome(records, from);
		}
	}

	close(): void {
		for (const segment of this.#segments) {
			segment.close();
		}
	}

	#cut(): number {
		for (let segment = this.#segments.at(-1); segment !== undefined; segment = this.#segments.at(-1)) {
			const newest = cutTail(segment);
			if (newest !== undefined) {
				return newest;
			}
			this.#segments.pop();
			segment.remove();
		}
		return 0;
	}

	/** As many as go into the segment that takes the one at `from`; returns where the rest begins. */
	#appendSome(records: readonly Numbered[], from: number): number {
		const { seq, record } = records[from] as Numbered;
		if (record.length > this.#share) {
			throw new Error(`an event of ${record.length} bytes does not fit into ${this.#share}`);
		}
		const most = this.#share / segmentsPerRing;
		const newest = this.#segments.at(-1);
		const segment = newest !== undefined && newest.size + record.length <= most ? newest : undefined;
		let text = record;
		let end = from + 1;
		for (let next = records[end]; next !== undefined; next = records[++end]) {
			if ((segment?.size ?? 0) + text.length + next.record.length > most) {
				break;
			}
			text += next.record;
		}
		this.#makeRoom(text.length);
		if (segment === undefined) {
			this.#begin(seq, text);
		} else {
			segment.append(text);
		}
		this.#bytes += text.length;
		this.#newest = (records[end - 1] as Numbered).seq;
		return end;
	}

	#makeRoom(length: number): void {
		while (this.#bytes + length > this.#share) {
			const oldest = this.#segments.shift();
			if (oldest === undefined) {
				return;
			}
			this.#bytes -= oldest.size;
			oldest.remove();
		}
	}

	#begin(seq: number, record: string): void {
		const segment = new Segment(this.directory, seq);
		try {
			segment.append(record);
		} catch (error) {
			segment.remove();
			throw error;
		}
		this.#segments.push(segment);
	}
}
