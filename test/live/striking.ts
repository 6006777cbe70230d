import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './until.ts';

const real = join(import.meta.dirname, '../../dist/daemon.cjs');

/** A daemon's program in a folder of its own, that kills itself when it writes what it was told to look for. */
export class Striking {
	readonly path: string;
	readonly #order: string;

	constructor(directory: string) {
		this.#order = join(directory, 'strike');
		this.path = join(directory, 'dist/daemon.cjs');
		mkdirSync(join(directory, 'dist'), { recursive: true });
		writeFileSync(
			this.path,
			`const fs = require('node:fs');
			const order = ${JSON.stringify(this.#order)};
			const write = fs.writeSync;
			fs.writeSync = (fd, data, ...rest) => {
				const text = typeof data === 'string' ? data : Buffer.from(data).toString('latin1');
				let told;
				try { told = JSON.parse(fs.readFileSync(order, 'utf8')); } catch {}
				const file = told && fs.readlinkSync('/proc/self/fd/' + fd);
				const isIt = told && file.includes(told.file) && new RegExp(told.text).test(text);
				if (isIt) fs.rmSync(order);
				if (isIt && told.when === 'before') process.kill(process.pid, 'SIGKILL');
				const written = write(fd, data, ...rest);
				if (isIt) process.kill(process.pid, 'SIGKILL');
				return written;
			};
			require(${JSON.stringify(real)});`,
		);
	}

	/** It is to die once, before or after it writes a text like this into such a file. */
	order(when: 'before' | 'after', file: 'book' | 'journal', text: RegExp): void {
		writeFileSync(this.#order, JSON.stringify({ when, file, text: text.source }));
	}

	/** Resolves when it has died so. */
	async struck(): Promise<void> {
		await until(() => !existsSync(this.#order));
	}
}
