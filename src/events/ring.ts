import fs from 'node:fs';
import { Segment } from './segment.ts';
import { cutTail } from './tail.ts';

const segmentsPerRing = 8;

/** An append-only journal of bounded size: segment files in a directory, the oldest deleted when there is no room. */
export class Ring {
	readonly #directory: string;
	readonly #share: number;
	readonly #segments: Segment[];
	#bytes: number;
	#newest: number;

	/** Opens what is there, makes the directory, cuts a torn tail. Throws what the system says. */
	constructor(directory: string, share: number) {
		fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
		this.#directory = directory;
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

	/** Appends the record of event `seq`, ASCII with its line break, whole or not at all; throws what the system says. */
	append(seq: number, record: string): void {
		if (record.length > this.#share) {
			throw new Error(`an event of ${record.length} bytes does not fit into ${this.#share}`);
		}
		this.#makeRoom(record.length);
		const segment = this.#segments.at(-1);
		if (segment !== undefined && segment.size + record.length <= this.#share / segmentsPerRing) {
			segment.append(record);
		} else {
			this.#begin(seq, record);
		}
		this.#bytes += record.length;
		this.#newest = seq;
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
		const segment = new Segment(this.#directory, seq);
		try {
			segment.append(record);
		} catch (error) {
			segment.remove();
			throw error;
		}
		this.#segments.push(segment);
	}
}
