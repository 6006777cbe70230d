import type { Channel } from '../keeper/channel.ts';
import type { Standing } from '../keeper/connection-places.ts';
import { execStage, type Ledger } from '../keeper/ledger.ts';
import type { Addon } from '../native/addon.ts';
import { lostDescriptor } from '../protocol/frame.ts';
import { Holding, type HoldingPorts, isBefore } from './holding.ts';
import type { Read } from './inlet.ts';
import type { Piece } from './intake.ts';

export type TakeBackPorts = Omit<HoldingPorts, 'kept' | 'ledger'> & {
	readonly native: Pick<Addon, 'hangUp' | 'close' | 'closeLater'>;
	readonly ledger: Ledger;
	readonly channel: Pick<Channel, 'dropConnection' | 'askAll'>;
	readonly kept: HoldingPorts['kept'] & { take(number: number): number | undefined };
};

/** A connection of a daemon that died, whole as it was. */
export type TookBack = {
	readonly fd: number;
	readonly holding: Holding;
	/** What was taken of it and has no reply. */
	readonly read: readonly Read[];
	/** The number of the request in flight, with which `read` begins; undefined: there is none. */
	readonly inFlight: number | undefined;
};

/** The pieces that may still be needed, of all connections that outlive the daemon. */
export function neededPieces(ledger: Ledger, pieces: ReadonlyMap<number, Piece>): Map<number, Piece> {
	const { connections } = ledger;
	const found = connections
		.whole()
		.flatMap((conn) => chainOf(connections.taken(conn), connections.standing(conn), pieces) ?? []);
	return new Map(found.map((piece) => [piece.number, piece]));
}

/**
 * Takes the connections back from the keeper. One of which it is not known what was taken of it is ended, and so is one
 * for which there is no descriptor here.
 */
export function takeBack(ports: TakeBackPorts, pieces: ReadonlyMap<number, Piece>): TookBack[] {
	const { native, ledger, channel } = ports;
	const conns = ledger.connections.whole();
	const taken = channel.askAll(conns.map((conn) => `Take,c${conn}`));
	return conns.flatMap((conn, index) => {
		// Once: a reply that goes out meanwhile would leave a request that is to be carried out, though it was.
		const standing = ledger.connections.standing(conn);
		const chain = chainOf(ledger.connections.taken(conn), standing, pieces);
		const fd = taken[index] ?? -enoent;
		if (fd < 0 || chain === undefined) {
			ledger.connections.clear(conn);
			if (fd >= 0) {
				native.hangUp(fd);
				native.close(fd);
			}
			// EMFILE: the keeper has it, though it is not here: its client would wait for ever.
			if (fd >= 0 || (fd === -emfile && !isOwed(ledger, conn))) {
				channel.dropConnection(conn);
			}
			return [];
		}
		const { position, inFlight } = standing;
		const found = chain.map((piece) => ({ piece, fds: descriptorsOf(ports.kept, piece) }));
		const holding = new Holding(ports, conn, chain);
		const handedOn = isHandedOn(ledger, inFlight) ? holding.handedOn() : none;
		const read = found.map(({ piece, fds }) => {
			const isHandedOn = handedOn.has(piece.number);
			if (isHandedOn) {
				native.closeLater(fds.filter((it) => it !== lostDescriptor));
			}
			return { text: unanswered(piece, position), fds: isHandedOn ? [] : fds };
		});
		return [{ fd, holding, read, inFlight }];
	});
}

/** The keeper sends an ExitStatus on it, and whoever adopts the process has it closed after that. */
function isOwed(ledger: Ledger, conn: number): boolean {
	return ledger.used().some((slot) => ledger.conn(slot) === conn);
}

/** What was taken of a connection and has not all its replies, in order; undefined: it is not known. */
function chainOf(
	newest: number,
	{ position, inFlight }: Standing,
	pieces: ReadonlyMap<number, Piece>,
): Piece[] | undefined {
	const chain: Piece[] = [];
	let isComplete = inFlight === undefined;
	for (let number = newest; number !== 0; ) {
		const piece = pieces.get(number);
		if (piece === undefined) {
			return isComplete ? chain : undefined;
		}
		if (isBefore(piece, position)) {
			break;
		}
		chain.unshift(piece);
		isComplete = ((position - piece.from) | 0) >= 0;
		number = isComplete ? 0 : piece.before;
	}
	return chain;
}

/** What of a piece has no reply. */
function unanswered({ from, text }: Piece, position: number): string {
	const done = (position - from) | 0;
	return done > 0 ? text.slice(done) : text;
}

/** Its descriptors; one that the keeper has not is known to be lost. */
function descriptorsOf(kept: TakeBackPorts['kept'], { fds }: Piece): number[] {
	return fds.map((number) => kept.take(number) ?? lostDescriptor);
}

/**
 * Whether a program has what came with a request. Not before its exec is tried: a start that came to nothing, be it that
 * there was no clone, is made once more, and needs them.
 */
function isHandedOn(ledger: Ledger, request: number | undefined): boolean {
	return (
		request !== undefined &&
		ledger.used().some((slot) => ledger.request(slot) === request && ledger.stage(slot) >= execStage)
	);
}

const none: ReadonlySet<number> = new Set();
const [enoent, emfile] = [2, 24];
