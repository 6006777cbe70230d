import type { Place, Reached } from '../rules/diary-page.ts';

/** From where on files hear what has happened, as long as some of those that were there before are not loaded yet. */
export class Places {
	/** Files of which nothing else is known begin behind this event. */
	readonly at: number;
	readonly #unloaded: Map<string, Place>;
	readonly #loaded = new Set<string>();

	/** `newest`: the newest event before this daemon, behind which files begin when nothing is known. */
	constructor({ at, behind }: Pick<Reached, 'at' | 'behind'>, newest: number) {
		this.at = at ?? newest;
		this.#unloaded = new Map(behind);
	}

	/** These files are in force now: where each of them begins. One that was already does not begin again. */
	take(files: readonly string[]): Map<string, Place> {
		const places = new Map<string, Place>();
		for (const file of files.filter((it) => !this.#loaded.has(it))) {
			places.set(file, this.#unloaded.get(file) ?? [this.at + 1, '']);
			this.#unloaded.delete(file);
			this.#loaded.add(file);
		}
		return places;
	}

	/** Where files are: those in force as `now` says, or else behind `at`. */
	now(at: number, now: ReadonlyMap<string, Place>): (readonly [string, Place])[] {
		const loaded = Array.from(this.#loaded, (file): readonly [string, Place] => [
			file,
			now.get(file) ?? [at + 1, ''],
		]);
		return [...this.#unloaded, ...loaded];
	}
}
