import { servers } from './cast.ts';
import { Notes } from './notes.ts';
import { isAlive } from './system.ts';

/** Which life of each server has its socket, as they noted it. */
export class Listeners {
	readonly #notes: ReadonlyMap<string, Notes>;
	readonly #latest = new Map<string, number>();
	/** When each life noted that it begins, and that it has its socket, by `WHAT NAME PID`. */
	readonly #times = new Map<string, number>();

	constructor(folder: string) {
		this.#notes = new Map([...servers.keys()].map((name) => [name, new Notes(folder, name)]));
	}

	/** Those that live, by their names. */
	living(): ReadonlyMap<string, number> {
		this.#read();
		return new Map([...this.#latest].filter(([, pid]) => isAlive(pid)));
	}

	/** When a life had its socket, and began to say that it is ready (`now`); undefined where it has not come to that. */
	since(name: string, pid: number): number | undefined {
		this.#read();
		return this.#times.get(`listens ${name} ${pid}`);
	}

	/** When a life began (`now`). */
	begun(name: string, pid: number): number | undefined {
		this.#read();
		return this.#times.get(`begin ${name} ${pid}`);
	}

	#read(): void {
		for (const [name, notes] of this.#notes) {
			for (const { at, what, text } of notes.news()) {
				const [pid = ''] = text.split(' ');
				if (what === 'listens') {
					this.#latest.set(name, Number(pid));
				} else {
					// Its number may have been another's.
					this.#times.delete(`listens ${name} ${pid}`);
				}
				this.#times.set(`${what} ${name} ${pid}`, at);
			}
		}
	}
}
