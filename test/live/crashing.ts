import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const real = join(import.meta.dirname, '../../dist/daemon.cjs');

/** A daemon's program in a folder of its own, that ends at once while it is told to, unless it begins in safe mode. */
export class Crashing {
	readonly path: string;
	readonly #flag: string;

	constructor(directory: string) {
		this.#flag = join(directory, 'crash');
		this.path = join(directory, 'dist/daemon.cjs');
		mkdirSync(join(directory, 'dist'));
		writeFileSync(
			this.path,
			`if (require('node:fs').existsSync(${JSON.stringify(this.#flag)}) && !process.argv.includes('--safe')) {
				console.error('crashing as told');
				process.exit(9);
			}
			require(${JSON.stringify(real)});`,
		);
	}

	set isOn(isOn: boolean) {
		if (isOn) {
			writeFileSync(this.#flag, '');
		} else {
			rmSync(this.#flag);
		}
	}

	get isOn(): boolean {
		return existsSync(this.#flag);
	}
}
