import type { Readable } from 'node:stream';

/** The lines of a stream, to be awaited one by one. */
export class Lines {
	private readonly ready: string[] = [];
	private rest = '';
	private over = false;
	private wake: () => void = () => {};

	/** Lines that match `without` are passed over. */
	constructor(stream: Readable, without?: RegExp) {
		stream.setEncoding('latin1');
		stream.on('data', (chunk: string) => {
			const lines = (this.rest + chunk).split('\n');
			this.rest = lines.pop() ?? '';
			this.ready.push(...lines.filter((line) => without?.test(line) !== true));
			this.wake();
		});
		stream.resume();
		for (const end of ['end', 'error', 'close']) {
			stream.on(end, () => {
				this.over = true;
				this.wake();
			});
		}
	}

	/** The next line, or undefined when the stream has ended. */
	async next(): Promise<string | undefined> {
		while (this.ready.length === 0 && !this.over) {
			await new Promise<void>((resolve) => {
				this.wake = resolve;
			});
		}
		return this.ready.shift();
	}

	/** The next line that matches; those before it are passed over. */
	async find(pattern: RegExp): Promise<string> {
		for (;;) {
			const line = await this.next();
			if (line === undefined) {
				throw new Error(`no line matched ${pattern}`);
			}
			if (pattern.test(line)) {
				return line;
			}
		}
	}
}
