import { pushTo } from '../base/map-of-lists.ts';
import { steady } from '../base/steady.ts';
import { Disk } from './files/disk.ts';
import { Watcher } from './files/watcher.ts';
import { mappedBy } from './mapped.ts';
import type { Source, Tell, Want } from './source.ts';

/** A process that runs, and its tree. */
export type Running = {
	readonly name: string;
	readonly labels: Readonly<Record<string, string>>;
	/** The number of this start. */
	readonly start: number;
	/** Its main process, then what is below it. */
	readonly pids: readonly number[];
};

export type LibraryReplacedPorts = {
	readonly tell: Tell;
	readonly complain: (reason: string) => void;
	/** All that run now. */
	readonly processes: () => readonly Running[] | Promise<readonly Running[]>;
	/** Whether a want holds for a process as far as these two fields say. */
	readonly isAsked: (want: Want, process: Pick<Running, 'name' | 'labels'>) => boolean;
	/** Shared with whoever else looks at files. */
	readonly disk?: Disk;
};

/** A process that executes code from a file. */
type Mapping = { readonly process: Running; readonly pid: number };

/** Milliseconds after a start when it is looked at: most load all they need at once, some a little later. */
const soon = 1000;
const later = 10_000;

/** How many processes are looked at. */
export const mostLookedAt = 4096;

/**
 * `library.replaced`: a process that runs executes code from a file, its program or a library, that was replaced on
 * disk; told once per start and path, also of what was replaced before anybody asked. The directories of those files
 * are watched, and nothing is done while nothing happens there. What a process loads later than ten seconds after its
 * start is known from the next look at any of them on.
 */
export class LibraryReplaced implements Source {
	readonly types = ['library.replaced'] as const;
	readonly #ports: LibraryReplacedPorts;
	readonly #disk: Disk;
	#wants: readonly Want[] = [];
	#watcher: Watcher | undefined;
	/** What is watched. */
	#paths: ReadonlySet<string> = new Set();
	/** By name and start, the paths that were told. */
	#told = new Map<string, Set<string>>();
	#soon: NodeJS.Timeout | undefined;
	#later: NodeJS.Timeout | undefined;
	#changed = 0;
	#looking: Promise<void> | undefined;
	#watched: Promise<void> | undefined;
	#isDirty = false;

	constructor(ports: LibraryReplacedPorts) {
		this.#ports = ports;
		this.#disk = ports.disk ?? new Disk(ports.complain);
	}

	/** Resolves when the files of all that are asked about are watched. */
	async want(wants: readonly Want[]): Promise<void> {
		this.#wants = wants.filter(({ type }) => type === 'library.replaced');
		if (this.#wants.length === 0) {
			this.close();
		} else {
			await this.#look();
			await this.#watched;
		}
	}

	/** To be told when a process has started or is ready. */
	changed(): void {
		if (this.#wants.length > 0) {
			this.#changed = steady();
			this.#soon ??= setTimeout(() => {
				this.#soon = undefined;
				void this.#look();
			}, soon).unref();
			this.#later ??= setTimeout(() => this.#lookLater(), later).unref();
		}
	}

	close(): void {
		this.#wants = [];
		this.#watcher?.close();
		this.#watcher = undefined;
		this.#paths = new Set();
		this.#told.clear();
		clearTimeout(this.#soon);
		clearTimeout(this.#later);
		this.#soon = undefined;
		this.#later = undefined;
	}

	/** Others may have started since the first for which that was set. */
	#lookLater(): void {
		const left = this.#changed + later - steady();
		this.#later = left < 1 ? undefined : setTimeout(() => this.#lookLater(), left).unref();
		void this.#look();
	}

	/** One look at a time: what happens meanwhile is looked at by another. */
	#look(): Promise<void> {
		this.#isDirty = true;
		this.#looking ??= this.#lookAll().finally(() => {
			this.#looking = undefined;
		});
		return this.#looking;
	}

	async #lookAll(): Promise<void> {
		while (this.#isDirty) {
			this.#isDirty = false;
			let deleted = await this.#lookOnce();
			if (this.#hasNews(deleted)) {
				// Those that were looked at before it was replaced did not show it: now all of them do.
				deleted = await this.#lookOnce();
			}
			for (const [path, mappings] of deleted) {
				// Not waited for: it may be on a file server that is gone.
				void this.#judge(path, mappings);
			}
		}
	}

	#hasNews(deleted: ReadonlyMap<string, readonly Mapping[]>): boolean {
		return [...deleted].some(([path, mappings]) =>
			mappings.some(({ process }) => this.#told.get(keyOf(process))?.has(path) !== true),
		);
	}

	/** By path, who executes code from a file that is not there any more. */
	async #lookOnce(): Promise<ReadonlyMap<string, readonly Mapping[]>> {
		const { processes, isAsked } = this.#ports;
		const asked = (await processes()).filter((it) => this.#wants.some((want) => isAsked(want, it)));
		this.#forget(asked);
		const paths = new Set<string>();
		const deleted = new Map<string, Mapping[]>();
		let left = mostLookedAt;
		for (const process of asked) {
			for (const pid of process.pids.slice(0, left)) {
				for (const { path, isDeleted } of await mappedBy(pid, this.#disk)) {
					paths.add(path);
					if (isDeleted) {
						pushTo(deleted, path, { process, pid });
					}
				}
			}
			left = Math.max(0, left - process.pids.length);
		}
		if (this.#wants.length > 0) {
			this.#watcher ??= this.#begin();
			const isMore = [...paths].some((path) => !this.#paths.has(path));
			this.#paths = paths;
			// Not waited for: it may be on a file server that is gone. What was replaced meanwhile is seen by another look.
			this.#watched = this.#watcher.watch(paths).then(() => (isMore ? this.#look() : undefined));
		}
		return deleted;
	}

	/**
	 * What these map was deleted; replaced it is where there is another by now. Of one path all are told together, so that
	 * who restarts them can do it in the order in which they need each other.
	 */
	async #judge(path: string, mappings: readonly Mapping[]): Promise<void> {
		const isThere = await this.#disk.lstat(path).then(
			() => true,
			() => false,
		);
		if (!isThere || this.#wants.length === 0) {
			return;
		}
		for (const { process, pid } of mappings) {
			const key = keyOf(process);
			const told = this.#told.get(key) ?? new Set();
			if (!told.has(path)) {
				this.#told.set(key, told.add(path));
				this.#ports.tell('library.replaced', process.name, [
					`pid=${pid}`,
					`start=${process.start}`,
					`path=${path}`,
				]);
			}
		}
	}

	#forget(running: readonly Running[]): void {
		const keys = new Set(running.map(keyOf));
		for (const key of [...this.#told.keys()].filter((it) => !keys.has(it))) {
			this.#told.delete(key);
		}
	}

	#begin(): Watcher {
		return new Watcher({
			disk: this.#disk,
			complain: this.#ports.complain,
			thorough: false,
			tell: (changes) => changes.some(({ what }) => what !== 'removed') && void this.#look(),
		});
	}
}

function keyOf({ name, start }: Running): string {
	return `${name} ${start}`;
}
