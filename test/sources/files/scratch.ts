import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { onTestFinished } from 'vitest';
import { Disk } from '../../../src/sources/files/disk.ts';
import { Watcher } from '../../../src/sources/files/watcher.ts';

/** A folder that is gone when the test has finished, by its real name. */
export function scratch(): string {
	const directory = realpathSync(mkdtempSync(`${tmpdir()}/archon-files-`));
	onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
	return directory;
}

/** Writes a file, and the folders above it where there are none. */
export function write(path: string, text: string): void {
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, text);
}

/** What one after another waits for. */
export class Inbox<T> {
	readonly #items: T[] = [];
	#wake: (() => void) | undefined;

	put(item: T): void {
		this.#items.push(item);
		this.#wake?.();
	}

	/** Whether there is nothing that has not been taken. */
	get isEmpty(): boolean {
		return this.#items.length === 0;
	}

	async next(): Promise<T> {
		while (this.#items.length === 0) {
			await new Promise<void>((resolve) => {
				this.#wake = resolve;
			});
		}
		return this.#items.shift() as T;
	}
}

/** What a watcher of these paths below a folder tells: `changed a.conf`, one a burst; it ends with the test. */
export async function watched(
	at: string,
	patterns: readonly string[],
	thorough = true,
	disk = new Disk(() => {}),
) {
	const told = new Inbox<string>();
	const complaints = new Inbox<string>();
	const short = (text: string) => text.replaceAll(`${at}/`, '').replaceAll(at, '.');
	const complain = (reason: string) => complaints.put(short(reason));
	const watcher = new Watcher({
		disk,
		tell: (changes) => told.put(changes.map(({ path, what }) => `${what} ${short(path)}`).join(', ')),
		complain,
		thorough,
	});
	onTestFinished(() => watcher.close());
	await watcher.watch(patterns.map((it) => `${at}/${it}`));
	return { watcher, told, complaints };
}
