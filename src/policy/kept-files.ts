import type { Keeping, KeptFile } from '../rules/keeping.ts';
import type { Kept } from '../rules/rule.ts';
import type { KeptFiles } from './folder.ts';

/** What is kept of rule files, as it is on disk, so that it is read but once. */
export class Remembered implements KeptFiles {
	readonly #keeping: Keeping;
	readonly #files: Map<string, KeptFile>;
	readonly #later: (write: () => void) => void;

	/** `later` writes a state to disk when what it was left with is written down elsewhere. */
	constructor(keeping: Keeping, later: (write: () => void) => void = (write) => write()) {
		this.#keeping = keeping;
		this.#later = later;
		this.#files = keeping.read();
	}

	readonly files = (): readonly string[] => [...this.#files.keys()];

	readonly source = (file: string): string | undefined => this.#files.get(file)?.source;

	readonly state = (file: string): Kept | undefined => this.#files.get(file)?.state;

	readonly keepSource = (file: string, source: string): void => {
		this.#files.set(file, { state: this.state(file), source });
		this.#keeping.keepSource(file, source);
	};

	/** What a file left in its state. One that is only tried, or gone by now, has none to keep. */
	readonly keepState = (file: string, state: Kept): void => {
		const known = this.#files.get(file);
		if (known !== undefined) {
			this.#files.set(file, { ...known, state });
			this.#later(() => this.#keeping.keepState(file, state));
		}
	};

	readonly forget = (file: string): void => {
		this.#files.delete(file);
		this.#keeping.forget(file);
	};
}
