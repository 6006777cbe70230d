import { expect, it } from 'vitest';
import type { Outbox } from '../../src/server/outbox.ts';
import { Rows } from '../../src/server/rows.ts';

function box(): Outbox & { text: string } {
	const it = {
		text: '',
		isBroken: false,
		put(text: string) {
			it.text += text;
		},
		get size() {
			return it.text.length;
		},
	};
	return it as unknown as Outbox & { text: string };
}

it('rows are taken only as far as they fit', () => {
	const outbox = box();
	const rows = new Rows(['aaaa\n', 'bbbb\n', 'cccc\n']);
	expect(rows.fill(outbox, 6)).toBe('more');
	expect(outbox.text).toBe('aaaa\nbbbb\n');
	outbox.text = '';
	expect(rows.fill(outbox, 6)).toBe('done');
	expect(outbox.text).toBe('cccc\n');
});

it('others have their turn after a thousand rows that show nothing', () => {
	let taken = 0;
	function* empty(): Generator<string> {
		for (; taken < 5000; taken++) {
			yield '';
		}
	}
	expect(new Rows(empty()).fill(box(), 10)).toBe('more');
	expect(taken).toBeLessThanOrEqual(1000);
});

it('to a client that is gone no further row is made', () => {
	const outbox = box();
	(outbox as { isBroken: boolean }).isBroken = true;
	let taken = 0;
	function* endless(): Generator<string> {
		for (;;) {
			taken++;
			yield 'x\n';
		}
	}
	expect(new Rows(endless()).fill(outbox, 1 << 20)).toBe('done');
	expect(taken).toBe(0);
});
