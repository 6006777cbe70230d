import type { Disk } from './disk.ts';
import { type Found, Lookup } from './lookup.ts';
import { Settle } from './settle.ts';
import { Watches } from './watches.ts';

/** What has become of the file of that path. */
export type Change = { readonly path: string; readonly what: 'created' | 'changed' | 'removed' };

/** How many paths and globs one watcher takes. */
export const mostPatterns = 4000;

/** A look that finds places not watched before is followed by another; whoever makes them that fast waits for a burst's end. */
const mostLooks = 8;

export type WatcherPorts = {
	readonly disk: Disk;
	/** What has changed by one burst, in the order of the paths. */
	readonly tell: (changes: readonly Change[]) => void;
	/** Why something is not watched: once, until it was watched meanwhile. */
	readonly complain: (reason: string) => void;
	/** See Lookup. */
	readonly thorough: boolean;
};

/** One path or glob. `prints` is undefined until it has been looked at. */
type Pattern = {
	readonly text: string;
	prints: Map<string, string> | undefined;
	isLooking: boolean;
	isDirty: boolean;
	trouble: string | undefined;
};

/**
 * Tells what becomes of paths and globs (absolute, latin1). The directories they lead through are watched (fs.watch,
 * which is inotify); when one tells something and all has been quiet for a moment, what it is about is looked at again
 * and compared: what was only read, or is as it was, is not told, and a notification that was lost is made up for by
 * the next. So nothing is done while nothing happens. What is there when a path is first watched is where it begins.
 *
 * Not seen: what another machine does on a network file system, /proc and /sys, writing by mmap(2), and a file system
 * that is mounted over a directory.
 */
export class Watcher {
	readonly #ports: WatcherPorts;
	readonly #patterns = new Map<string, Pattern>();
	readonly #dirty = new Set<Pattern>();
	readonly #settle = new Settle(() => this.#lookAtDirty());
	readonly #watches = new Watches<Pattern>((pattern) => {
		this.#dirty.add(pattern);
		this.#settle.stir();
	});
	/** What was told in these looks of each path: two globs may match it. */
	readonly #told = new Map<string, string>();
	#looking = 0;

	constructor(ports: WatcherPorts) {
		this.#ports = ports;
	}

	/** How many directories and files are watched for it. */
	get size(): number {
		return this.#watches.size;
	}

	/** Watches these from now on, in place of what was watched before; resolves when what is there now is known. */
	async watch(wanted: Iterable<string>): Promise<void> {
		const texts = new Set(wanted);
		if (texts.size > mostPatterns) {
			this.#ports.complain(`more than ${mostPatterns} paths would be watched: the first ${mostPatterns} are`);
		}
		const kept = new Set([...texts].slice(0, mostPatterns));
		for (const [text, pattern] of this.#patterns) {
			if (!kept.has(text)) {
				this.#patterns.delete(text);
				this.#dirty.delete(pattern);
				this.#watches.drop(pattern);
			}
		}
		const made = [...kept].filter((text) => !this.#patterns.has(text));
		await Promise.all(
			made.map((text) => {
				const pattern = { text, prints: undefined, isLooking: false, isDirty: false, trouble: undefined };
				this.#patterns.set(text, pattern);
				return this.#look(pattern);
			}),
		);
	}

	close(): void {
		this.#settle.stop();
		this.#patterns.clear();
		this.#dirty.clear();
		this.#watches.close();
	}

	#lookAtDirty(): void {
		const dirty = [...this.#dirty];
		this.#dirty.clear();
		for (const pattern of dirty) {
			void this.#look(pattern);
		}
	}

	/** One look at a time: what happens meanwhile is looked at by another. */
	async #look(pattern: Pattern): Promise<void> {
		pattern.isDirty = true;
		if (pattern.isLooking) {
			return;
		}
		pattern.isLooking = true;
		this.#looking++;
		for (let looks = 0; pattern.isDirty; looks++) {
			pattern.isDirty = false;
			const found = await new Lookup(this.#ports.disk, this.#ports.thorough).find(pattern.text);
			if (this.#patterns.get(pattern.text) !== pattern) {
				break;
			}
			this.#compare(pattern, found);
			this.#watch(pattern, found, looks);
		}
		pattern.isLooking = false;
		this.#looking--;
		if (this.#looking === 0 && this.#dirty.size === 0) {
			this.#told.clear();
		}
	}

	/** A place that is new, or was there and no longer is, is looked at once more: who knows what happened between. */
	#watch(pattern: Pattern, found: Found, looks: number): void {
		const { isNew, isGone, trouble } = this.#watches.put(pattern, found.passed);
		if ((isNew || isGone) && looks < mostLooks) {
			pattern.isDirty = true;
			return;
		}
		this.#complain(pattern, found.trouble ?? trouble);
		if (isNew) {
			this.#dirty.add(pattern);
			this.#settle.stir();
		}
	}

	#compare(pattern: Pattern, { prints, unknown }: Found): void {
		if (unknown.includes('')) {
			return;
		}
		const before = pattern.prints;
		const now = new Map(prints);
		for (const [path, print] of before ?? []) {
			if (!now.has(path) && unknown.some((it) => path === it || path.startsWith(`${it}/`))) {
				now.set(path, print);
			}
		}
		pattern.prints = now;
		const paths = before === undefined ? [] : [...new Set([...before.keys(), ...now.keys()])].sort();
		const changes = paths.flatMap((path) => this.#change(path, before?.get(path), now.get(path)));
		if (changes.length > 0) {
			this.#ports.tell(changes);
		}
	}

	#change(path: string, before: string | undefined, now: string | undefined): Change[] {
		if (before === now || this.#told.get(path) === (now ?? '')) {
			return [];
		}
		this.#told.set(path, now ?? '');
		return [{ path, what: before === undefined ? 'created' : now === undefined ? 'removed' : 'changed' }];
	}

	#complain(pattern: Pattern, trouble: string | undefined): void {
		const isNew = trouble !== undefined && ![...this.#patterns.values()].some((it) => it.trouble === trouble);
		pattern.trouble = trouble;
		if (isNew) {
			this.#ports.complain(trouble);
		}
	}
}
