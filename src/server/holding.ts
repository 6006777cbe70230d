import type { ConnectionPlaces } from '../keeper/connection-places.ts';
import type { Kept } from '../keeper/kept.ts';
import { mostDescriptors } from '../protocol/frame.ts';
import type { Intake, Piece } from './intake.ts';

export type HoldingPorts = {
	readonly ledger: { readonly connections: ConnectionPlaces; nextRequest(): number };
	readonly intake: Pick<Intake, 'write' | 'forget'>;
	readonly kept: Pick<Kept, 'claim' | 'put' | 'drop'>;
};

/**
 * One connection as a daemon that comes after this one will find it: the keeper holds it, and what was taken from it is
 * written down or has its replies.
 */
export class Holding {
	/** The keeper's number of this connection. */
	readonly conn: number;
	readonly #ports: HoldingPorts;
	/** What was written down and has not all its replies. */
	#pieces: Piece[];
	/** Where the next one begins. */
	#end: number;
	#isWhole: boolean;

	/** `pieces`: what a daemon before had taken. */
	constructor(ports: HoldingPorts, conn: number, pieces: readonly Piece[] = []) {
		const { connections } = ports.ledger;
		this.#ports = ports;
		this.conn = conn;
		this.#pieces = [...pieces];
		this.#end = endOf(pieces.at(-1)) ?? connections.position(conn);
		this.#isWhole = connections.isWhole(conn);
	}

	/**
	 * Writes down what was read. Where that could be, it is to be taken from the socket with the mark that is returned
	 * (`consumeMarked`).
	 */
	take(text: string, fds: readonly number[]): Uint8Array | undefined {
		const { ledger, intake, kept } = this.#ports;
		// A record with more is refused, and they are to be closed at once; so is one with a NUL, which marks nothing.
		const isTooMany = fds.length > 0 && this.#countFds() + fds.length > mostDescriptors;
		if (isTooMany || text.startsWith('\0')) {
			return undefined;
		}
		const numbers = fds.map(() => kept.claim());
		const number = ledger.nextRequest();
		const before = this.#pieces.at(-1)?.number ?? 0;
		const piece = { number, before, from: this.#end, text, fds: numbers };
		if (numbers.includes(-1) || !intake.write(piece)) {
			this.#drop(piece);
			return undefined;
		}
		// Only now: what the keeper held under a number that is not written down nobody would find again.
		for (const [i, fd] of fds.entries()) {
			kept.put(numbers[i] ?? -1, fd);
		}
		this.#pieces.push(piece);
		this.#end = (this.#end + text.length) >>> 0;
		return ledger.connections.taking(this.conn, number);
	}

	/** The same, and what was written down is of no use any more. */
	abandon(): void {
		this.loosen();
		this.#forget(0);
	}

	/** From here on something is taken or replied that is not written down. */
	loosen(): void {
		if (this.#isWhole) {
			this.#isWhole = false;
			this.#ports.ledger.connections.loosen(this.conn);
		}
	}

	/** All has its replies but the last `unread` bytes that were written down. */
	settle(unread: number): void {
		if (!this.#isWhole || this.#pieces.length > 0) {
			this.#ports.ledger.connections.settle(this.conn, this.#positionOf(unread));
			this.#isWhole = true;
			this.#forget(unread);
		}
	}

	/** The record between is in flight from now on: its number. */
	begin(before: number, after: number): number {
		const { connections } = this.#ports.ledger;
		this.settle(before);
		const request = this.#ports.ledger.nextRequest();
		connections.begin(this.conn, request, this.#positionOf(after));
		return request;
	}

	/** The reply to the record in flight is out: what is `unread` is all that is needed. */
	replied(unread: number): void {
		this.#forget(unread);
	}

	/**
	 * Descriptors that came with the record in flight are with whom they were for: a number may be somebody else's from the
	 * next turn on. Those of a piece belong to the record in which it ends. The numbers of the pieces they came with.
	 */
	handedOn(): ReadonlySet<number> {
		const next = this.#ports.ledger.connections.next(this.conn);
		const found = new Set<number>();
		for (const [i, piece] of this.#pieces.entries()) {
			if (piece.fds.length > 0 && isBefore(piece, next)) {
				const without = { ...piece, fds: [] };
				this.#dropFds(piece);
				// A daemon that comes after would take what is somebody else's by then.
				if (!this.#ports.intake.write(without)) {
					this.loosen();
				}
				this.#pieces[i] = without;
				found.add(piece.number);
			}
		}
		return found;
	}

	#countFds(): number {
		return this.#pieces.reduce((sum, { fds }) => sum + fds.length, 0);
	}

	#positionOf(unread: number): number {
		return (this.#end - unread) >>> 0;
	}

	#forget(unread: number): void {
		const at = this.#positionOf(unread);
		while (this.#pieces[0] !== undefined && isBefore(this.#pieces[0], at)) {
			this.#drop(this.#pieces.shift() as Piece);
		}
	}

	#drop(piece: Piece): void {
		this.#ports.intake.forget(piece);
		this.#dropFds(piece);
	}

	#dropFds({ fds }: Piece): void {
		for (const number of fds) {
			this.#ports.kept.drop(number);
		}
	}
}

/** Whether all of a piece lies before a position. */
export function isBefore({ from, text }: Piece, position: number): boolean {
	return ((position - from) | 0) >= text.length;
}

function endOf(piece: Piece | undefined): number | undefined {
	return piece && (piece.from + piece.text.length) >>> 0;
}
