import { join } from 'node:path';
import { Tail } from './tail.ts';

/** What one of torture/programs noted: when (`now`), what it did, with what. */
export type Note = { readonly at: number; readonly what: string; readonly text: string };

/** Milliseconds of the clock that torture/programs note by (CLOCK_MONOTONIC). */
export function now(): number {
	return Number(process.hrtime.bigint()) / 1e6;
}

/** What a service notes of itself, over all its lives. */
export class Notes {
	readonly #tail: Tail;

	constructor(folder: string, name: string) {
		this.#tail = new Tail(join(folder, name));
	}

	/** What came since the last time. */
	news(): Note[] {
		return this.#tail.lines().map((line) => {
			const [at, what = '', ...text] = line.split(' ');
			return { at: Number(at), what, text: text.join(' ').trim() };
		});
	}
}
