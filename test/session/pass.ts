import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex, Readable, Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Archon } from '../archon.ts';
import { compiledOnce } from '../live/compiled.ts';
import { Lines } from '../live/lines.ts';

/** The descriptor of `pass` that the test holds the other end of; it may be passed any number of times. */
export const ours = 3;

/** As many copies of a descriptor as a step of `pass` takes: `3,3,3`. */
export function copies(count: number, fd = ours): string {
	return Array(count).fill(fd).join(',');
}

/** A client in C (test/programs/pass.c says what its steps are). Files are its descriptors from 4 on. */
export class Pass {
	/** What it tells between its steps. */
	readonly told: Lines;
	/** What is written into the descriptor `ours`; ends when nobody has a copy of it any more. */
	readonly written: Promise<string>;
	readonly #own: Writable;
	readonly #child: ChildProcess;
	readonly #out: Promise<string>;

	constructor(archon: Archon, steps: readonly string[], files: readonly number[] = []) {
		this.#child = spawn(compiledOnce('pass.c'), [archon.socket, ...steps], {
			stdio: ['pipe', 'pipe', 'pipe', 'pipe', ...files],
		});
		const [, out, err, own] = this.#child.stdio as unknown as [Writable, Readable, Readable, Duplex];
		this.told = new Lines(err);
		this.#out = all(out);
		this.written = all(own);
		this.#own = own;
		onTestFinished(() => void this.#child.kill());
	}

	/** All that can be read from the descriptor `ours`. */
	feed(text: string): void {
		this.#own.end(text);
	}

	/** Lets it go on behind a `wait`. */
	goOn(): void {
		this.#child.stdin?.write('\n');
	}

	/** The replies up to the end of the connection, as lines. */
	async replies(): Promise<string[]> {
		const text = await this.#out;
		return text === '' ? [] : text.slice(0, -1).split('\n');
	}

	/** Resolves when it has ended. */
	async ended(): Promise<void> {
		if (this.#child.exitCode === null) {
			await once(this.#child, 'exit');
		}
	}
}

async function all(stream: Readable): Promise<string> {
	return (await stream.setEncoding('latin1').toArray()).join('');
}
