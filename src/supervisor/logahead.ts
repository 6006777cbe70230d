import { type FSWatcher, watch } from 'node:fs';
import { type FileHandle, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isoTime } from '../base/clock.ts';
import { identify, type LogPlace, openIfThere } from './logfile.ts';
import { type LogLine, mostChars, parseRecord } from './logrecord.ts';

/** More than a record has, so that what holds no line break in so many bytes is no record of ours. */
const chunkBytes = 2 * (mostChars + 1);

/** Where the system has no watch to give, it is looked again after so long, milliseconds. */
const blindWait = 1000;

type Part = { readonly path: string; readonly id: string; readonly written: bigint };

/**
 * One log, read forwards from a place on and over rotations. Between a `read` that found nothing and the news that there
 * may be more nothing is done: a watch of the file tells, or of its folder while there is no file.
 */
export class LogAhead {
	readonly #path: string;
	readonly #onNews: () => void;
	#from: LogPlace | undefined;
	#file: FileHandle | undefined;
	#id = '';
	#offset = 0;
	#watch: (() => void) | undefined;
	/** A watch of the file does not tell of the next one. */
	#watchesFolder = false;
	/** Files that come before ours; they do not change any more. */
	#older: ReadonlySet<string> = new Set();
	#isLast = false;
	#isMissing = false;
	#closed = false;

	/** `path` of the file in use; without `from` all of the log that there is. */
	constructor(path: string, from: LogPlace | undefined, onNews: () => void) {
		this.#path = path;
		this.#from = from;
		this.#onNews = onNews;
	}

	/** The next lines; none: `onNews` will be called when there may be more. Throws what the system says. */
	async read(): Promise<LogLine[]> {
		while (!this.#closed) {
			const lines = await this.#chunk();
			if (this.#isMissing) {
				this.#isMissing = false;
				lines.unshift({
					time: isoTime(Date.now()),
					stream: 'archon',
					line: 'lines were removed before they were read',
				});
			}
			if (lines.length > 0) {
				return lines;
			}
			if (!(await this.#goOn())) {
				break;
			}
		}
		return [];
	}

	/** Nothing is watched until the next `read`. */
	rest(): void {
		this.#watch?.();
		this.#watch = undefined;
	}

	close(): void {
		this.#closed = true;
		this.rest();
		this.#file?.close().catch(() => undefined);
		this.#file = undefined;
	}

	async #chunk(): Promise<LogLine[]> {
		for (;;) {
			const file = this.#file;
			if (file === undefined) {
				return [];
			}
			const { buffer, bytesRead } = await file.read(
				Buffer.allocUnsafe(chunkBytes),
				0,
				chunkBytes,
				this.#offset,
			);
			const text = buffer.toString('latin1', 0, bytesRead);
			const end = text.lastIndexOf('\n') + 1;
			if (end === 0 && bytesRead < chunkBytes) {
				await this.#lookForCut(file);
				return [];
			}
			this.#offset += end === 0 ? bytesRead : end;
			const lines = text
				.slice(0, Math.max(0, end - 1))
				.split('\n')
				.flatMap((record) => parseRecord(record) ?? []);
			if (lines.length > 0) {
				return lines;
			}
		}
	}

	/** Somebody may have emptied the file. What archon-log itself cuts off it writes again in the same places. */
	async #lookForCut(file: FileHandle): Promise<void> {
		if (this.#offset > 0 && !this.#closed && (await identify(file)).size === 0) {
			this.#offset = 0;
		}
	}

	/** At the end of the file: whether to look again at once. */
	async #goOn(): Promise<boolean> {
		if (this.#watch === undefined) {
			// What comes before there is a watch is found by looking again.
			const isOurs = this.#file !== undefined && (await look(this.#path))?.id === this.#id;
			this.#watchFor(isOurs ? this.#path : dirname(this.#path), !isOurs);
			return true;
		}
		if (this.#file !== undefined && (await look(this.#path))?.id === this.#id) {
			return false;
		}
		if (this.#file !== undefined && !this.#isLast) {
			// Its last records may have been written after we read and before it was renamed.
			this.#isLast = true;
			return true;
		}
		return this.#next();
	}

	/** Goes to the file behind this one; false when there is none yet. */
	async #next(): Promise<boolean> {
		const from = this.#file === undefined ? this.#from : undefined;
		const parts = await this.#parts();
		const here = parts.findIndex(({ id }) => id === (from?.file ?? this.#id));
		// Where ours is not among them any more, the oldest comes next that was not before it.
		const next = here < 0 ? parts.findLastIndex((it) => !this.#older.has(keyOf(it))) : here - 1;
		const part = parts[from !== undefined && here >= 0 ? here : next];
		if (part === undefined) {
			const isBlind = !this.#watchesFolder;
			if (isBlind) {
				this.#watchFor(dirname(this.#path), true);
			}
			return isBlind;
		}
		const file = await openIfThere(part.path);
		if (file === undefined || this.#closed || (await identify(file)).id !== part.id) {
			// A rotation was faster.
			await file?.close();
			return !this.#closed;
		}
		this.#isMissing = here < 0 && this.#file !== undefined;
		await this.#file?.close();
		this.#file = file;
		this.#id = part.id;
		this.#older = new Set(parts.slice(parts.indexOf(part) + 1).map(keyOf));
		this.#offset = from !== undefined && here >= 0 ? from.offset : 0;
		this.#from = undefined;
		this.#isLast = false;
		this.rest();
		return true;
	}

	/** The files of the log, the newest first. In this order a rotation in between hides none of them. */
	async #parts(): Promise<Part[]> {
		const parts: Part[] = [];
		for (let part = 0, missing = 0; missing < 2; part++) {
			const path = part === 0 ? this.#path : `${this.#path}.${part}`;
			const found = await look(path);
			if (found !== undefined) {
				missing = 0;
				if (!parts.some(({ id }) => id === found.id)) {
					parts.push({ path, ...found });
				}
			} else if (part > 0) {
				missing++;
			}
		}
		return parts;
	}

	#watchFor(path: string, isFolder: boolean): void {
		this.rest();
		if (this.#closed) {
			return;
		}
		this.#watchesFolder = isFolder;
		try {
			const watcher: FSWatcher = watch(path, () => this.#onNews());
			watcher.on('error', () => {});
			this.#watch = () => watcher.close();
		} catch {
			const timer = setTimeout(() => this.#onNews(), blindWait);
			this.#watch = () => clearTimeout(timer);
		}
	}
}

function keyOf({ id, written }: Part): string {
	return `${id}:${written}`;
}

async function look(path: string): Promise<{ id: string; written: bigint } | undefined> {
	try {
		const { dev, ino, mtimeNs } = await stat(path, { bigint: true });
		return { id: `${dev}:${ino}`, written: mtimeNs };
	} catch {
		return undefined;
	}
}
