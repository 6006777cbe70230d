import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { execStage, Ledger, ledgerVersion, slotCount, slotState, stages } from '../../src/keeper/ledger.ts';

/** sizeof(struct ledger), as native/core/ledger.h has it. */
const size = 4096 + slotCount * (4 + 8 + 40 + 160 + 32);

function memory(): ArrayBuffer {
	const buffer = new ArrayBuffer(size);
	new Int32Array(buffer).set([0x41524348, ledgerVersion, slotCount]);
	return buffer;
}

const claim = { kind: 'run', conn: 7, log: 3, name: 'web' } as const;

describe('the ledger', () => {
	it('refuses memory that is no ledger', () => {
		expect(() => new Ledger(new ArrayBuffer(size))).toThrow('no ledger');
	});

	it('refuses one of another version, and says which', () => {
		const other = memory();
		new Int32Array(other)[1] = 3;
		expect(() => new Ledger(other)).toThrow('the ledger is of version 3, this archon knows 6');
	});

	it('gives the lowest free slot, with everything a start needs', () => {
		const ledger = new Ledger(memory());
		const first = ledger.claim(claim);
		const second = ledger.claim(claim);
		expect(first).toEqual({ slot: 0, start: 1 });
		expect(second).toEqual({ slot: 1, start: 2 });
		ledger.release(0);
		expect(ledger.claim({ ...claim, kind: 'daemon', conn: -1 })).toEqual({ slot: 0, start: 3 });
		expect([ledger.kind(0), ledger.conn(0), ledger.name(0), ledger.start(0), ledger.pid(0)]).toEqual([
			'daemon',
			-1,
			'web',
			3,
			0,
		]);
		expect(ledger.state(0)).toBe(slotState.intent);
	});

	it('knows the newest event when a start was made', () => {
		const buffer = memory();
		const ledger = new Ledger(buffer);
		ledger.claim(claim);
		ledger.claim(claim);
		expect([ledger.newestAt(0), ledger.newestAt(1)]).toEqual([0, 1]); // as an archon that did not note it
		ledger.seq = 7;
		expect(ledger.claim(claim)).toEqual({ slot: 2, start: 3 });
		expect(ledger.newestAt(2)).toBe(7);
	});

	it('knows when a start was made', () => {
		const ledger = new Ledger(memory());
		const before = Date.now();
		ledger.claim(claim);
		expect(ledger.begun(0)).toBeGreaterThanOrEqual(before);
		expect(ledger.begun(0)).toBeLessThanOrEqual(Date.now());
		expect(ledger.begun(1)).toBe(0); // as an archon that did not note it
	});

	it('knows what each was started as', () => {
		const ledger = new Ledger(memory());
		for (const kind of ['run', 'daemon', 'aside', 'binder'] as const) {
			const { slot = -1 } = ledger.claim({ ...claim, kind }) ?? {};
			expect(ledger.kind(slot)).toBe(kind);
		}
	});

	it('leaves nothing of the one before in a slot that is used again', () => {
		const buffer = memory();
		const ledger = new Ledger(buffer);
		ledger.claim({ ...claim, name: 'x'.repeat(64) });
		new Int32Array(buffer, 4096 + slotCount * 52 + 4, 3).set([8, 2, 256]);
		ledger.release(0);
		ledger.claim(claim);
		expect([ledger.stage(0), ledger.err(0), ledger.status(0), ledger.name(0)]).toEqual([0, 0, 0, 'web']);
	});

	it('holds 16384 processes and refuses one more', () => {
		const ledger = new Ledger(memory());
		for (let n = 0; n < slotCount; n++) {
			expect(ledger.claim(claim)?.slot).toBe(n);
		}
		expect(ledger.claim(claim)).toBeUndefined();
		ledger.release(4711);
		expect(ledger.claim(claim)?.slot).toBe(4711);
		expect(ledger.claim(claim)).toBeUndefined();
	});

	it('shows which processes ended since it was opened', () => {
		const buffer = memory();
		const words = new Int32Array(buffer);
		words[28 / 4] = 2 * slotCount - 1;
		const ledger = new Ledger(buffer);
		words[(4096 + 4 * slotCount) / 4 + 2 * slotCount - 1] = 5;
		words[28 / 4] = 2 * slotCount;
		expect([...ledger.exits.taken()]).toEqual([5]);
	});

	it('shows a daemon that takes over which slots were in use', () => {
		const ledger = new Ledger(memory());
		for (let n = 0; n < 4; n++) {
			ledger.claim(claim);
		}
		ledger.release(2);
		expect(ledger.used()).toEqual([0, 1, 3]);
	});

	it('agrees with ledger.h on the steps of a start and on the sizes', () => {
		const header = readFileSync(new URL('../../native/core/ledger.h', import.meta.url), 'utf8');
		const names = [...header.matchAll(/^ {4}STAGE_(\w+)/gm)].map((it) => it[1]);
		expect(names).toHaveLength(stages.length);
		expect(names[execStage]).toBe('EXEC');
		expect(header).toContain(`LEDGER_SLOTS ${slotCount}u`);
	});
});
