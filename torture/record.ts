import { closeSync, openSync, readSync } from 'node:fs';

/** What the processes write down themselves when they begin: a name and a pid each line. */
export class Record {
	readonly #path: string;
	readonly #begun = new Map<string, number[]>();
	#read = 0;
	#rest = '';

	constructor(path: string) {
		this.#path = path;
	}

	/** Pids of what each name began, in that order. */
	begun(): ReadonlyMap<string, readonly number[]> {
		const lines = (this.#rest + this.#news()).split('\n');
		this.#rest = lines.pop() ?? '';
		for (const line of lines) {
			const [name = '', pid] = line.split(' ');
			const known = this.#begun.get(name);
			if (known === undefined) {
				this.#begun.set(name, [Number(pid)]);
			} else {
				known.push(Number(pid));
			}
		}
		return this.#begun;
	}

	#news(): string {
		const fd = openSync(this.#path, 'r');
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
