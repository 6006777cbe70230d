import { existsSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Archon, temporary } from '../archon.ts';
import { until } from './until.ts';

const real = join(import.meta.dirname, '../../dist/daemon.cjs');
const obeying = join(import.meta.dirname, '../programs/striking.cjs');

/** `amid`: of a write only the first half is done. */
export type When = 'before' | 'amid' | 'after';

/** At which step; and whether the keeper dies just before. */
export type Blow = {
	readonly when: When;
	readonly at: RegExp;
	readonly nth: number;
	readonly withKeeper?: boolean;
};

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

	/** An archond with this text as its configuration, and what its daemon obeys. */
	static async configured(toml: string, directory = temporary()): Promise<[Archon, Striking]> {
		const program = new Striking(directory);
		const file = `${directory}/archon.toml`;
		writeFileSync(file, toml);
		return [await Archon.start(directory, { ARCHON_DAEMON: program.path }, ['--config', file]), program];
	}

	/** It is to die once, before or after it writes a text like this into such a file. */
	order(when: When, file: 'book' | 'intake' | 'journal', text: RegExp): void {
		const at = new RegExp(`^writing .*(?:${text.source}).* to .*/${file}`, 's');
		this.#give({ when, begin: /^/, at, nth: 1 });
	}

	/** It is to die at the `nth` step that is like `at`, of those from the one on that is like `begin`; without a blow it is not. */
	orderStep(begin: RegExp, blow: Blow = never): void {
		this.#give({ ...blow, begin });
	}

	/** Resolves when it has died so. */
	async struck(): Promise<void> {
		await until(() => !existsSync(this.#order));
	}

	/** Resolves when it has, or goes on from a step like this, of those since it was told to. */
	async struckOrTakes(step: RegExp): Promise<void> {
		await until(() => !existsSync(this.#order) || this.#steps().some((it) => step.test(it)));
	}

	/** It is not to die any more: whether it has, and the steps that it took since it was told to. */
	takeBack(): { readonly hasDied: boolean; readonly steps: readonly string[] } {
		return {
			hasDied: !this.#remove(),
			steps: this.#steps(),
		};
	}

	#give({ begin, at, ...order }: Blow & { readonly begin: RegExp }): void {
		this.#orders++;
		writeFileSync(`${this.#order}.steps`, '');
		writeFileSync(
			this.#order,
			JSON.stringify({ id: this.#orders, ...order, begin: begin.source, at: at.source }),
		);
	}

	#steps(): string[] {
		const lines = readFileSync(`${this.#order}.steps`, 'utf8').split('\n').slice(0, -1);
		return lines.map((line) => JSON.parse(line) as string);
	}

	/** False where it has died before. */
	#remove(): boolean {
		try {
			unlinkSync(this.#order);
			return true;
		} catch {
			return false;
		}
	}
}

const never: Blow = { when: 'before', at: /$^/, nth: 1 };
