import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './until.ts';

const real = join(import.meta.dirname, '../../dist/daemon.cjs');
const obeying = join(import.meta.dirname, '../programs/striking.cjs');

/** `amid`: of a write only the first half is done. */
export type When = 'before' | 'amid' | 'after';

/** A daemon's program in a folder of its own, that kills itself at a step it was told (test/programs/striking.cjs). */
export class Striking {
	readonly path: string;
	readonly #order: string;
	#orders = 0;

	constructor(directory: string) {
		this.#order = join(directory, 'strike');
		this.path = join(directory, 'dist/daemon.cjs');
		mkdirSync(join(directory, 'dist'), { recursive: true });
		const [program, order] = [JSON.stringify(real), JSON.stringify(this.#order)];
		writeFileSync(this.path, `require(${JSON.stringify(obeying)}).obey(${order});\nrequire(${program});\n`);
	}

	/** It is to die once, before or after it writes a text like this into such a file. */
	order(when: When, file: 'book' | 'intake' | 'journal', text: RegExp): void {
		this.orderStep(when, 1, new RegExp(`^writing [^]*(?:${text.source})[^]* to [^]*/${file}`));
	}

	/** It is to die once, at the `nth` of its steps from such a one on, counted from 1. */
	orderStep(when: When, nth: number, from: RegExp): void {
		this.#orders++;
		writeFileSync(this.#order, JSON.stringify({ id: this.#orders, when, nth, from: from.source }));
	}

	/** Resolves when it has died so. */
	async struck(): Promise<void> {
		await until(() => !existsSync(this.#order));
	}

	/** It is not to die any more: at which step it has; undefined where it has not. */
	takeBack(): string | undefined {
		if (existsSync(this.#order)) {
			try {
				rmSync(this.#order);
				return undefined;
			} catch {
				// It has just died.
			}
		}
		return readFileSync(`${this.#order}.said`, 'latin1');
	}
}
