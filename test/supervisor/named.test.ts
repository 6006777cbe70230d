import { expect, test } from 'vitest';
import { entriesOf, namesOf } from '../../src/supervisor/named.ts';
import { entryIn, running } from './entries.ts';

test('entries are found again by the names they were written as; one that is gone is left out', () => {
	const [a, b] = [entryIn(running, { name: 'a' }), entryIn(running, { name: 'b' })];
	const names = namesOf(new Set([b, a]));
	expect(names).toEqual(['b', 'a']);
	const there = new Map([a].map((it) => [it.name, it]));
	expect(entriesOf(names, (name) => there.get(name))).toEqual(new Set([a]));
});
