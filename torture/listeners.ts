import { servers } from './cast.ts';
import { Notes } from './notes.ts';
import { isAlive } from './system.ts';

/** Which life of each server has its socket, as they noted it. */
export class Listeners {
	readonly #notes: ReadonlyMap<string, Notes>;
	readonly #latest = new Map<string, number>();

	constructor(folder: string) {
		this.#notes = new Map([...servers.keys()].map((name) => [name, new Notes(folder, name)]));
	}

	/** Those that live, by their names. */
	living(): ReadonlyMap<string, number> {
		for (const [name, notes] of this.#notes) {
			for (const { text } of notes.news().filter(({ what }) => what === 'listens')) {
				this.#latest.set(name, Number(text));
			}
		}
		return new Map([...this.#latest].filter(([, pid]) => isAlive(pid)));
	}
}
