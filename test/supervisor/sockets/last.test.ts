import { expect, test } from 'vitest';
import { lastText } from '../../../src/supervisor/sockets/last.ts';

const of = (pid: number, start: number) => ({ pid, start });
const [nobody, all] = [() => false, () => true];

test('nobody has it, somebody got it, somebody accepted', () => {
	expect(lastText({ given: [], accepted: undefined }, nobody)).toBe('-');
	expect(lastText({ given: [of(7, 1), of(8, 3), of(9, 2)], accepted: undefined }, all)).toBe('given:8');
	expect(lastText({ given: [of(7, 1)], accepted: of(8, 1) }, all)).toBe(8);
});

test('who accepted is told until somebody else has it who was not seen to', () => {
	expect(lastText({ given: [of(7, 1)], accepted: of(7, 1) }, nobody)).toBe(7);
	expect(lastText({ given: [of(8, 2)], accepted: of(7, 1) }, nobody)).toBe('given:8');
	// Of two instances, or of two processes while a restart overlaps, the one that accepted is there still.
	expect(lastText({ given: [of(8, 2)], accepted: of(7, 1) }, (start) => start === 1)).toBe(7);
	expect(lastText({ given: [], accepted: of(7, 1) }, nobody)).toBe(7);
});
