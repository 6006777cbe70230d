import { closeSync, openSync, readSync } from 'node:fs';

/** Follows a file that grows by whole lines. */
export class Tail {
	readonly #path: string;
	#read = 0;
	#rest = '';

	constructor(path: string) {
		this.#path = path;
	}

	/** The lines that came since the last time; none where there is no such file yet. */
	lines(): string[] {
		const lines = (this.#rest + this.#news()).split('\n');
		this.#rest = lines.pop() ?? '';
		return lines;
	}

	#news(): string {
		const fd = openIfThere(this.#path);
		if (fd === undefined) {
			return '';
		}
		try {
			const bytes = Buffer.alloc(65_536);
			let text = '';
			for (let n = -1; n !== 0; ) {
				n = readSync(fd, bytes, 0, bytes.length, this.#read);
				this.#read += n;
				text += bytes.toString('latin1', 0, n);
			}
			return text;
		} finally {
			closeSync(fd);
		}
	}
}

function openIfThere(path: string): number | undefined {
	try {
		return openSync(path, 'r');
	} catch {
		return undefined;
	}
}
