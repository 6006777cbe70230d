import { readFileSync } from 'node:fs';
import type { Addon } from '../native/addon.ts';
import { AppendOnlyFile } from '../native/append-only-file.ts';

/** What was taken from a connection in one read. */
export type Piece = {
	/** Never used twice; the ledger says which is the newest that the keeper took from the socket. */
	readonly number: number;
	/** The one before it of the same connection that may still be needed; 0: none is. */
	readonly before: number;
	/** Where it begins among all that was written down of its connection, bytes modulo 2^32. */
	readonly from: number;
	/** latin1: a character per byte. */
	readonly text: string;
	/** Descriptors that came along, by the numbers they have with the keeper. */
	readonly fds: readonly number[];
};

/** How much is written down at most at once, bytes: a record has up to 1 MiB. */
export const mostBytes = 16 << 20;

/**
 * What was taken from connections and has no replies yet: a file in memory (the run directory). A piece is written down
 * before it is taken from the socket, so a request is in one of the two whatever moment the daemon dies at.
 */
export class Intake {
	readonly #file: AppendOnlyFile;
	readonly #live: Map<number, Piece>;
	readonly #onFault: (fault: unknown) => void;
	readonly #most: number;
	/** Bytes of what is needed. */
	#bytes = 0;

	/** Begins with what is still needed of what a daemon before had written down. */
	constructor(
		native: Pick<Addon, 'preallocate'>,
		path: string,
		live: ReadonlyMap<number, Piece>,
		onFault: (fault: unknown) => void,
		most = mostBytes,
	) {
		this.#file = new AppendOnlyFile(native, path);
		this.#most = most;
		this.#live = new Map(live);
		for (const { text } of live.values()) {
			this.#bytes += text.length;
		}
		this.#onFault = onFault;
		this.#guard(() => this.#rewrite());
	}

	/** False when it cannot be written down: then a crash will cost this request its connection. */
	write(piece: Piece): boolean {
		this.forget(piece);
		if (this.#bytes + piece.text.length > this.#most) {
			return false;
		}
		this.#live.set(piece.number, piece);
		this.#bytes += piece.text.length;
		const isWritten = this.#guard(() => this.#put(piece));
		if (!isWritten) {
			this.forget(piece);
		}
		return isWritten;
	}

	/** It is not needed any more. */
	forget({ number, text }: Piece): void {
		if (this.#live.delete(number)) {
			this.#bytes -= text.length;
		}
	}

	#put(piece: Piece): void {
		try {
			this.#file.append(lineOf(piece));
		} catch {
			// It has not begun, or there is no room: what is not needed any more may give some.
			this.#rewrite();
		}
		if (this.#file.isDue) {
			this.#guard(() => this.#rewrite());
		}
	}

	#rewrite(): void {
		this.#file.rewrite([...this.#live.values()].map(lineOf).join(''));
	}

	#guard(act: () => void): boolean {
		try {
			act();
			return true;
		} catch (fault) {
			this.#onFault(fault);
			return false;
		}
	}
}

/** What a daemon before had written down, by the numbers of the pieces; empty where there is nothing. */
export function readIntake(path: string): Map<number, Piece> {
	const found = new Map<number, Piece>();
	for (const line of linesOf(path)) {
		try {
			const piece = JSON.parse(line) as Piece;
			found.set(piece.number, piece);
		} catch {
			break;
		}
	}
	return found;
}

/** A last line that was cut off is none. */
function linesOf(path: string): string[] {
	try {
		return readFileSync(Buffer.from(path, 'latin1'), 'utf8').split('\n').slice(0, -1);
	} catch {
		return [];
	}
}

function lineOf(piece: Piece): string {
	return `${JSON.stringify(piece)}\n`;
}
