import { storing } from './cast.ts';
import type { Deeds } from './deeds.ts';
import type { Gap } from './gap.ts';
import { type Note, Notes } from './notes.ts';
import type { Stage } from './stage.ts';

/** Each life gets exactly the descriptors that the ones before had given to archon, and not taken away again. */
export class Storing {
	readonly #notes: Notes;
	/** What is kept in one of them goes with the keeper. */
	#gaps: readonly Gap[] = [];
	/** The gap that is being looked at, or the next. */
	#at = 0;
	/** What must be there; what may be: also what was being given or taken. */
	#must = new Set<string>();
	#may = new Set<string>();
	/** What was there when the keeper died. */
	#gone = new Set<string>();
	/** How many were given back. */
	back = 0;

	constructor(stage: Stage) {
		this.#notes = new Notes(stage.paths.notes, storing);
	}

	judge(deeds: Deeds): string[] {
		this.#gaps = deeds.gap === undefined ? this.#gaps : [...this.#gaps, deeds.gap];
		return this.#notes.news().flatMap((note) => this.#one(note, deeds));
	}

	#one({ at, what, text }: Note, deeds: Deeds): string[] {
		const isInGap = this.#isInGap(at);
		switch (what) {
			case 'begin':
				return this.#begun(text, deeds);
			case 'storing':
				this.#may.add(text);
				return [];
			case 'stored':
				if (!isInGap) {
					this.#must.add(text);
				}
				return [];
			case 'removing':
				this.#must.delete(text);
				return [];
			case 'removed':
				if (!isInGap) {
					this.#may.delete(text);
				}
				return [];
			default:
				return isInGap ? [] : [`${storing} could not say a word about ${text}`];
		}
	}

	/** With the keeper goes what was there when it died. */
	#isInGap(at: number): boolean {
		for (;;) {
			const gap = this.#gaps[this.#at];
			if (gap === undefined || at < gap.from) {
				return false;
			}
			this.#gone = this.#gone.union(this.#must);
			this.#must.clear();
			if (at <= gap.to) {
				return true;
			}
			this.#at++;
		}
	}

	#begun(text: string, deeds: Deeds): string[] {
		const [pid, list = ''] = text.split(' ');
		const got = list === '' ? [] : list.split(',');
		const lost = [...this.#must].filter((it) => !got.includes(it));
		const strange = got.filter((it, i) => !this.#may.has(it) || got.indexOf(it) !== i);
		for (const it of this.#gone.difference(new Set(got))) {
			deeds.excuse('stored', it);
		}
		this.#gone.clear();
		this.back += got.length;
		this.#must = new Set(got);
		this.#may = new Set(got);
		return [
			...lost.map((it) => `${storing} (${pid}) did not get ${it}, which it had stored`),
			...strange.map((it) => `${storing} (${pid}) got ${it}, which was not to be there`),
		];
	}
}
