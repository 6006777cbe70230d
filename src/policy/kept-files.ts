import type { Diary } from '../rules/diary.ts';
import type { Keeping, KeptFile } from '../rules/keeping.ts';
import type { Kept } from '../rules/rule.ts';
import type { KeptFiles } from './folder.ts';

/** Where states are written down for the daemon that comes after; `later` calls back once they are. */
export type KeptDiary = {
	readonly diary: Pick<Diary, 'known' | 'state'>;
	readonly later: (then: () => void) => void;
};

/**
 * What is kept of rule files, as it is on disk, so that it is read but once. A state is written down in the diary first,
 * together with what its rules answered: it is newer than what is on disk.
 */
export class Remembered implements KeptFiles {
	readonly #keeping: Keeping;
	readonly #files: Map<string, KeptFile>;
	readonly #diary: KeptDiary;

	constructor(keeping: Keeping, diary: KeptDiary) {
		this.#keeping = keeping;
		this.#diary = diary;
		this.#files = keeping.read();
		for (const [file, state] of diary.diary.known.states) {
			const known = this.#files.get(file);
			if (known !== undefined && JSON.stringify(known.state) !== JSON.stringify(state)) {
				this.#files.set(file, { ...known, state });
				keeping.keepState(file, state);
			}
		}
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
			this.#diary.diary.state(file, state);
			this.#diary.later(() => this.#keeping.keepState(file, state));
		}
	};

	readonly forget = (file: string): void => {
		this.#files.delete(file);
		this.#diary.diary.state(file, undefined);
		this.#keeping.forget(file);
	};
}
