import fs from 'node:fs';
import { isoTime } from '../../src/base/clock.ts';
import { temporary } from '../archon.ts';

export const epoch = Date.parse('2026-11-20T10:00:00.000Z');

/** The files of one log, written and rotated as archon-log does it. */
export class LogFiles {
	readonly directory: string;
	readonly path: string;

	constructor(directory = temporary(), name = 'web') {
		this.directory = directory;
		this.path = `${directory}/${name}.log`;
	}

	/** Appends a record for each line, the first `ms` after the epoch, each other one millisecond later. */
	write(ms: number, ...lines: readonly string[]): this {
		const records = lines.map((line, i) => `${isoTime(epoch + ms + i)} o ${line}\n`);
		fs.appendFileSync(this.path, records.join(''), 'latin1');
		return this;
	}

	/** What a kill may leave, or what is being written. */
	writePart(text: string): this {
		fs.appendFileSync(this.path, text, 'latin1');
		return this;
	}

	/** As many older files as there are move up, and `keep` files are left with the next. */
	rotate(keep = 5): this {
		const part = (n: number) => (n === 0 ? this.path : `${this.path}.${n}`);
		for (let n = keep - 1; n > 0; n--) {
			if (fs.existsSync(part(n - 1))) {
				fs.renameSync(part(n - 1), part(n));
			}
		}
		return this;
	}

	/** The oldest first. */
	get files(): string[] {
		const files = Array.from({ length: 9 }, (_, n) => `${this.path}.${9 - n}`);
		return [...files, this.path].filter((file) => fs.existsSync(file));
	}
}
