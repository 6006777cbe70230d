import { expect, test, vi } from 'vitest';
import { execStage, Ledger, ledgerVersion, slotCount } from '../../src/keeper/ledger.ts';
import type { Piece } from '../../src/server/intake.ts';
import { neededPieces, takeBack } from '../../src/server/took-back.ts';

const size = 4096 + slotCount * (4 + 8 + 40 + 160 + 32);

/** A ledger; connection N is word `at(N)` on. What is held is given out as 1000 + N, descriptor N as 2000 + N. */
function stage(pieces: Piece[], missing: readonly string[] = [], errno = 2) {
	const memory = new ArrayBuffer(size);
	const words = new Int32Array(memory);
	words.set([0x41524348, ledgerVersion, slotCount]);
	const ledger = new Ledger(memory);
	const taken = (conn: number, piece: number) => {
		words[(4096 + 212 * slotCount) / 4 + conn * 8 + 1] = piece;
	};
	/** As the keeper does it. */
	const replied = (conn: number) => {
		const at = (4096 + 212 * slotCount) / 4 + conn * 8 + 3;
		words[at] = words[at + 1] as number;
	};
	/** As a child does it. */
	const reached = (slot: number, stage: number) => {
		words[(4096 + 52 * slotCount) / 4 + slot * 40 + 1] = stage;
	};
	const seen: string[] = [];
	const ports = {
		ledger,
		native: {
			hangUp: (fd: number) => seen.push(`hang up ${fd}`),
			close: (fd: number) => seen.push(`close ${fd}`),
			closeLater: (fds: readonly number[]) => seen.push(`close later ${fds}`),
		},
		channel: {
			dropConnection: (conn: number) => seen.push(`drop ${conn}`),
			askAll: (texts: readonly string[]) =>
				texts.map((it) => (missing.includes(it) ? -errno : 1000 + Number(it.slice('Take,c'.length)))),
		},
		intake: {
			write: ({ number, fds }: Piece) => {
				seen.push(`write ${number} [${fds}]`);
				return true;
			},
			forget: () => {},
		},
		kept: {
			claim: () => -1,
			put: () => expect.unreachable(),
			take: (number: number) => (missing.includes(`k${number}`) ? undefined : 2000 + number),
			drop: (number: number) => seen.push(`drop k${number}`),
		},
	};
	const known = new Map(pieces.map((it) => [it.number, it]));
	return { ledger, taken, replied, reached, known, back: () => takeBack(ports, known), seen };
}

const piece = (number: number, from: number, text: string, of: Partial<Piece> = {}): Piece => ({
	...{ number, before: 0, from, text, fds: [] },
	...of,
});

test('only what is whole is taken back: with nothing, with what has no reply, with a request in flight', () => {
	const { ledger, taken, back } = stage([
		piece(1, 0, 'Run,a\nRun,b\n'),
		piece(2, 12, 'Ru', { before: 1 }),
		piece(3, 5, 'Stop,a\n'),
	]);
	ledger.connections.settle(0, 0);
	ledger.connections.settle(2, 6);
	taken(2, 2);
	ledger.connections.settle(3, 5);
	ledger.connections.begin(3, 77, 12);
	taken(3, 3);
	ledger.connections.settle(4, 0);
	ledger.connections.loosen(4);
	const found = back().map(({ fd, holding, read, inFlight }) => ({ fd, conn: holding.conn, read, inFlight }));
	expect(found).toEqual([
		{ fd: 1000, conn: 0, read: [], inFlight: undefined },
		{
			...{ fd: 1002, conn: 2, inFlight: undefined },
			read: [
				{ text: 'Run,b\n', fds: [] },
				{ text: 'Ru', fds: [] },
			],
		},
		{ fd: 1003, conn: 3, read: [{ text: 'Stop,a\n', fds: [] }], inFlight: 77 },
	]);
});

test('what was written down and not taken from the socket is still there', () => {
	const { ledger, known, back } = stage([piece(1, 0, 'Run,a\n')]);
	ledger.connections.settle(0, 0);
	expect([back()[0]?.read, neededPieces(ledger, known).size]).toEqual([[], 0]);
});

test('pieces are needed as far back as something has no reply', () => {
	const { ledger, taken, known, back } = stage([
		piece(1, 0, 'Run,a\n'),
		piece(2, 6, 'Run,b\n', { before: 1 }),
		piece(3, 12, 'R', { before: 2 }),
	]);
	ledger.connections.settle(0, 8);
	taken(0, 3);
	expect([...neededPieces(ledger, known).keys()]).toEqual([2, 3]);
	known.delete(1);
	expect(back()[0]?.read.map(({ text }) => text)).toEqual(['n,b\n', 'R']);
	ledger.connections.settle(0, 13);
	known.clear();
	expect(back()[0]?.read).toEqual([]);
});

test('a connection that the keeper does not have, or of which a part is not known, is none', () => {
	const { ledger, taken, back, seen } = stage([piece(2, 6, 'Run,b\n', { before: 1 })], ['Take,c0']);
	ledger.connections.settle(0, 0);
	ledger.connections.settle(1, 0);
	ledger.connections.begin(1, 7, 6);
	taken(1, 2);
	expect(back()).toEqual([]);
	expect(seen).toEqual(['hang up 1001', 'close 1001', 'drop 1']);
	expect(ledger.connections.whole()).toEqual([]);
});

test('a connection that the keeper has, and for which there was no descriptor here, it is not to keep open', () => {
	const { ledger, back, seen } = stage([], ['Take,c0'], 24);
	ledger.connections.settle(0, 0);
	expect(back()).toEqual([]);
	expect(seen).toEqual(['drop 0']);
	expect(ledger.connections.whole()).toEqual([]);
});

test('but one on which it owes an ExitStatus stays until that is sent', () => {
	const { ledger, back, seen } = stage([], ['Take,c0'], 24);
	ledger.connections.settle(0, 0);
	ledger.claim({ kind: 'run', conn: 0, log: -1, name: 'a', request: 77 });
	expect(back()).toEqual([]);
	expect(seen).toEqual([]);
	expect(ledger.connections.whole()).toEqual([]);
});

test('descriptors come with their piece, and one that is lost is known to be', () => {
	const { ledger, taken, back, seen } = stage([piece(1, 0, 'Run,a\n', { fds: [4, 5] })], ['k5']);
	ledger.connections.settle(0, 0);
	taken(0, 1);
	expect(back()[0]?.read).toEqual([{ text: 'Run,a\n', fds: [2004, -1] }]);
	expect(seen).toEqual([]);
});

test('descriptors that a program has by now are not held any longer, and that is written down', () => {
	const { ledger, taken, reached, back, seen } = stage([piece(1, 0, 'Run,a\n', { fds: [4, 5] })]);
	ledger.connections.settle(0, 0);
	ledger.connections.begin(0, 77, 6);
	taken(0, 1);
	ledger.claim({ kind: 'run', conn: 0, log: -1, name: 'a', request: 77 });
	reached(0, execStage);
	expect(back()[0]?.read).toEqual([{ text: 'Run,a\n', fds: [] }]);
	expect(seen).toEqual(['drop k4', 'drop k5', 'write 1 []', 'close later 2004,2005']);
});

test('a start that came to no exec, or was never made, needs them yet', () => {
	for (const at of [0, execStage - 1]) {
		const { ledger, taken, reached, back, seen } = stage([piece(1, 0, 'Run,a\n', { fds: [4, 5] })]);
		ledger.connections.settle(0, 0);
		ledger.connections.begin(0, 77, 6);
		taken(0, 1);
		ledger.claim({ kind: 'run', conn: 0, log: -1, name: 'a', request: 77 });
		reached(0, at);
		const [found] = back();
		expect(found?.read).toEqual([{ text: 'Run,a\n', fds: [2004, 2005] }]);
		expect(seen).toEqual([]);
		found?.holding.replied(0);
		expect(seen).toEqual(['drop k4', 'drop k5']);
	}
});

test('those of a later record than the one in flight stay', () => {
	const { ledger, taken, reached, back, seen } = stage([
		piece(1, 0, 'Run,a\n'),
		piece(2, 6, 'Run,b\n', { before: 1, fds: [4] }),
	]);
	ledger.connections.settle(0, 0);
	ledger.connections.begin(0, 77, 6);
	taken(0, 2);
	ledger.claim({ kind: 'run', conn: 0, log: -1, name: 'a', request: 77 });
	reached(0, execStage);
	expect(back()[0]?.read.map(({ fds }) => fds)).toEqual([[], [2004]]);
	expect(seen).toEqual([]);
});

test('a reply that goes out meanwhile does not make of a request in flight one that is still to be carried out', () => {
	for (const text of ['Run,a\n', 'Run,a\nPing\n']) {
		const behind = text.slice('Run,a\n'.length);
		for (let moment = 1, isOver = false; !isOver; moment++) {
			const { ledger, taken, replied, back } = stage([piece(1, 0, text)]);
			ledger.connections.settle(0, 0);
			ledger.connections.begin(0, 77, 6);
			taken(0, 1);
			const isReplied = atLoad(moment, () => replied(0));
			const found = back().map((it) => [it.inFlight, it.read.map((read) => read.text).join('')]);
			isOver = !isReplied();
			const either = [[77, text], ...(isOver ? [] : [[undefined, behind]])];
			expect(either, `at load ${moment}`).toContainEqual(found[0]);
		}
	}
});

/** Calls this in the middle of the N-th load of a word; returns what ends that and says whether it came to it. */
function atLoad(moment: number, act: () => void): () => boolean {
	let count = 0;
	const load = vi.spyOn(Atomics, 'load').mockImplementation(((words: Int32Array, index: number) => {
		count++;
		if (count === moment) {
			act();
		}
		return words[index];
	}) as typeof Atomics.load);
	return () => {
		load.mockRestore();
		return count >= moment;
	};
}
