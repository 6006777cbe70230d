import { describe, expect, it } from 'vitest';
import { LedgerHead } from '../../src/keeper/ledger-head.ts';

/** The words are those of `struct ledger_head` in native/core/ledger.h. */
function empty() {
	const memory = new ArrayBuffer(4096);
	return { words: new Int32Array(memory), doubles: new Float64Array(memory), head: new LedgerHead(memory) };
}

describe('the head of the ledger', () => {
	it('says who works with it', () => {
		const { words, head } = empty();
		words[3] = 11;
		words[12] = 12;
		words[14] = 3;
		words[17] = 4;
		words[19] = 2;
		expect([head.keeper, head.logger, head.generation, head.handover, head.keepers]).toEqual([
			11, 12, 3, 4, 2,
		]);
	});

	it('counts what the daemon does, and notes that it answers', () => {
		const { words, head } = empty();
		words[14] = 7; // the generation
		head.beat();
		head.beat();
		head.answered();
		expect([words[15], words[16]]).toEqual([2, 7]);
	});

	it('notes who asked for an upgrade', () => {
		const { words, head } = empty();
		expect(head.asker).toBeUndefined();
		head.asker = 0;
		expect([words[18], head.asker]).toEqual([1, 0]);
		head.asker = undefined;
		expect(words[18]).toBe(0);
	});

	it('never gives a start number out twice, and none under a floor', () => {
		const { head } = empty();
		head.raiseStart(100);
		expect([head.nextStart(), head.newestStart]).toEqual([101, 101]);
		head.raiseStart(50);
		expect([head.nextStart(), head.newestStart]).toEqual([102, 102]);
	});

	it('gives out every number of a request but 0', () => {
		const { words, head } = empty();
		expect([head.nextRequest(), head.nextRequest()]).toEqual([1, 2]);
		words[23] = -2;
		expect([head.nextRequest(), head.nextRequest()]).toEqual([4_294_967_295, 1]);
	});

	it('keeps the newest number of an event', () => {
		const { doubles, head } = empty();
		expect(head.seq).toBe(0);
		head.seq = 2 ** 40;
		expect([doubles[4], head.seq]).toEqual([2 ** 40, 2 ** 40]);
	});

	it('knows which starts an earlier keeper made', () => {
		const { doubles, head } = empty();
		expect(head.isOfEarlier(1)).toBe(false);
		doubles[10] = 5;
		expect([head.isOfEarlier(5), head.isOfEarlier(6)]).toEqual([true, false]);
	});
});
