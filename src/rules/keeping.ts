import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kept } from './rule.ts';

/** Bytes of a rule file that is kept; the same that a rule file may have. */
export const mostSource = 256 * 1024;
/** Characters of the state of a file as JSON; the same that a rule may leave. In the file one may take two bytes. */
export const mostState = 64 * 1024;

const statePart = '.json';
const draftPart = '.new';

/** What is kept of a rule file: what was last in force (latin1, a character per byte), and what it left in `state`. */
export type KeptFile = { readonly source: string | undefined; readonly state: Kept | undefined };

/**
 * Keeps rule files and their state in a folder of the state directory, so that they outlive the daemon: `memory.lua`,
 * as it was when it was last in force, and `memory.lua.json`, its state. Two files, because the state changes often and
 * the source is long. Each is written whole or not at all, to be read by the owner alone.
 *
 * What cannot be written is told once, until something can be written again; rules go on without.
 */
export class Keeping {
	readonly #directory: string;
	readonly #report: (trouble: string) => void;
	#isTroubled = false;

	/** `directory`, latin1, is made when something is to be kept. */
	constructor(directory: string, report: (trouble: string) => void) {
		this.#directory = directory;
		this.#report = report;
	}

	/** What is kept of each file, by its name. What is torn or too long is not. */
	read(): Map<string, KeptFile> {
		const found = new Map<string, KeptFile>();
		for (const name of this.#names()) {
			const isState = name.endsWith(statePart);
			const file = isState ? name.slice(0, -statePart.length) : name;
			if (file.endsWith(draftPart) || name.endsWith(draftPart)) {
				continue;
			}
			const kept = found.get(file) ?? { source: undefined, state: undefined };
			found.set(
				file,
				isState ? { ...kept, state: this.#state(name) } : { ...kept, source: this.#source(name) },
			);
		}
		return found;
	}

	/** A file is in force. */
	keepSource(file: string, source: string): void {
		if (source.length <= mostSource) {
			this.#write(file, Buffer.from(source, 'latin1'));
		}
	}

	/** A file left this in `state`; what is longer than a rule may leave is not kept. */
	keepState(file: string, state: Kept): void {
		const text = JSON.stringify(state);
		if (text.length <= mostState) {
			this.#write(`${file}${statePart}`, Buffer.from(text));
		}
	}

	/** A file is gone, and its state with it. */
	forget(file: string): void {
		try {
			rmSync(this.#path(file), { force: true });
			rmSync(this.#path(`${file}${statePart}`), { force: true });
		} catch (error) {
			this.#trouble(error);
		}
	}

	#path(name: string): Buffer {
		return Buffer.from(join(this.#directory, name), 'latin1');
	}

	#names(): string[] {
		try {
			return readdirSync(Buffer.from(this.#directory, 'latin1'), { encoding: 'latin1' }).sort();
		} catch {
			return [];
		}
	}

	#source(name: string): string | undefined {
		return this.#bytes(name, mostSource)?.toString('latin1');
	}

	#state(name: string): Kept | undefined {
		try {
			return JSON.parse(this.#bytes(name, 2 * mostState)?.toString() ?? '');
		} catch {
			return undefined;
		}
	}

	#bytes(name: string, most: number): Buffer | undefined {
		try {
			const path = this.#path(name);
			const found = statSync(path);
			return found.isFile() && found.size <= most ? readFileSync(path) : undefined;
		} catch {
			return undefined;
		}
	}

	#write(name: string, bytes: Buffer): void {
		try {
			const draft = this.#path(`${name}${draftPart}`);
			this.#draft(draft, bytes);
			renameSync(draft, this.#path(name));
			this.#isTroubled = false;
		} catch (error) {
			this.#trouble(error);
		}
	}

	/** The folder is made when it turns out to be missing: it nearly always is there. */
	#draft(draft: Buffer, bytes: Buffer): void {
		const mode = 0o600;
		try {
			writeFileSync(draft, bytes, { mode });
		} catch (error) {
			if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
				throw error;
			}
			mkdirSync(Buffer.from(this.#directory, 'latin1'), { recursive: true, mode: 0o700 });
			writeFileSync(draft, bytes, { mode });
		}
	}

	#trouble(error: unknown): void {
		if (!this.#isTroubled) {
			this.#isTroubled = true;
			const why = error instanceof Error ? error.message : String(error);
			this.#report(`rules and their state cannot be kept: ${why}`);
		}
	}
}
