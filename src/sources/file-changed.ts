import { pathMistake, watchedPaths } from '../rules/watched.ts';
import { Disk } from './files/disk.ts';
import { Watcher } from './files/watcher.ts';
import type { Source, Tell, Want } from './source.ts';

export type FileChangedPorts = {
	readonly tell: Tell;
	/** What cannot be watched, once. */
	readonly complain: (reason: string) => void;
	/** Shared with whoever else looks at files, so that all together they take few of Node's threads. */
	readonly disk?: Disk;
};

/**
 * `file.changed`: the files that rules name in `when.path`, absolute, as they are or by globs (see Lookup). What is
 * there when it is first asked about is no event; removed and made again within a burst is `changed`.
 */
export class FileChanged implements Source {
	readonly types = ['file.changed'] as const;
	readonly #ports: FileChangedPorts;
	#watcher: Watcher | undefined;
	#refused: ReadonlySet<string> = new Set();

	constructor(ports: FileChangedPorts) {
		this.#ports = ports;
	}

	/** Resolves when what is there now is known. */
	async want(wants: readonly Want[]): Promise<void> {
		const asked = wants.filter(({ type }) => type === 'file.changed');
		const paths = new Set(asked.flatMap(({ when }) => watchedPaths(when)));
		const good = [...paths].filter((path) => pathMistake(path) === undefined);
		this.#refuse([...paths].flatMap((path) => pathMistake(path)?.refused ?? []));
		if (good.length === 0) {
			this.close();
			return;
		}
		this.#watcher ??= this.#begin();
		await this.#watcher.watch(good);
	}

	close(): void {
		this.#watcher?.close();
		this.#watcher = undefined;
	}

	#begin(): Watcher {
		const { tell, complain, disk = new Disk(complain) } = this.#ports;
		return new Watcher({
			disk,
			complain,
			thorough: true,
			tell(changes) {
				for (const { path, what } of changes) {
					tell('file.changed', '-', [`path=${path}`, `what=${what}`]);
				}
			},
		});
	}

	/** A mistake that stays is told once. */
	#refuse(mistakes: readonly string[]): void {
		for (const mistake of mistakes.filter((it) => !this.#refused.has(it))) {
			this.#ports.complain(mistake);
		}
		this.#refused = new Set(mistakes);
	}
}
