import type { EventType } from '../events/event.ts';
import type { Source, Want } from './source.ts';

/** A source whose code is loaded when somebody first wants something of it. */
export class Lazy implements Source {
	readonly types: readonly EventType[];
	readonly #load: () => Promise<Source>;
	#loading: Promise<void> | undefined;
	#source: Source | undefined;
	#wants: readonly Want[] = [];
	#isClosed = false;

	constructor(types: readonly EventType[], load: () => Promise<Source>) {
		this.types = types;
		this.#load = load;
	}

	want(wants: readonly Want[]): void {
		this.#wants = wants;
		if (this.#source !== undefined) {
			this.#source.want(wants);
		} else if (wants.length > 0) {
			this.#loading ??= this.#begin();
		}
	}

	close(): void {
		this.#isClosed = true;
		this.#source?.close();
	}

	/** By the time it is there, something else may be wanted. */
	async #begin(): Promise<void> {
		const source = await this.#load();
		if (!this.#isClosed) {
			this.#source = source;
			source.want(this.#wants);
		}
	}
}
