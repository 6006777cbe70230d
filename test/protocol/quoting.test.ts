import { expect, test } from 'vitest';
import { badBecause, LineBreaks } from '../../src/protocol/quoting.ts';

test('line breaks are found outside quotes only', () => {
	const breaks = new LineBreaks();
	breaks.open('a,"\n"\nb\nc');
	expect([breaks.find(), breaks.quoted]).toEqual([5, true]);
	breaks.begin();
	expect([breaks.find(), breaks.quoted]).toEqual([7, false]);
	breaks.begin();
	expect(breaks.find()).toBe(-1);
});

test('quotes stay open from one piece of the stream to the next', () => {
	const breaks = new LineBreaks();
	for (const piece of ['a,', '"\n', '"', '"\n']) {
		breaks.open(piece);
		expect(breaks.find()).toBe(-1);
		expect(breaks.isOpen).toBe(piece !== 'a,' && piece !== '"');
	}
	breaks.open('"\n');
	expect([breaks.find(), breaks.why]).toEqual([1, undefined]);
});

test('the first rule that a record breaks is told, and forgotten with it', () => {
	const breaks = new LineBreaks();
	breaks.open('a"\0\n"a"b"\nc\n');
	expect([breaks.find(), breaks.why]).toEqual([3, badBecause.stray]);
	breaks.begin();
	expect([breaks.find(), breaks.why]).toEqual([9, badBecause.behind]);
	breaks.begin();
	expect([breaks.find(), breaks.why]).toEqual([11, undefined]);
});
