import { expect, test } from 'vitest';
import { Changes } from '../../../src/supervisor/book/changes.ts';
import { newEntry } from '../../../src/supervisor/new-entry.ts';

test('each thing that is to be written makes it more than nothing, another version alone does not', () => {
	const web = newEntry('web', 'daemon');
	const isNothing = (change: (changes: Changes) => unknown) => {
		const changes = new Changes(7);
		change(changes);
		return changes.isEmpty;
	};
	expect(isNothing(() => {})).toBe(true);
	expect(isNothing((it) => it.entries.add(web))).toBe(false);
	expect(isNothing((it) => it.unkept.add(web))).toBe(false);
	expect(isNothing((it) => it.gone.add('db'))).toBe(false);
	expect(isNothing((it) => it.begun.push([1, { names: ['web'], at: 2 }]))).toBe(false);
});

test('what an earlier turn could not write is written with what has come since', () => {
	const [web, db] = [newEntry('web', 'daemon'), newEntry('db', 'daemon')];
	const [earlier, now] = [new Changes(3), new Changes(4)];
	for (const [entry, changes] of [[web, earlier] as const, [db, now] as const]) {
		changes.entries.add(entry);
		changes.unkept.add(entry);
		changes.gone.add(`not ${entry.name}`);
		changes.begun.push([changes.version, { names: [entry.name], at: 0 }]);
	}
	now.again(earlier);
	expect([...now.entries]).toEqual([db, web]);
	expect([...now.unkept]).toEqual([db, web]);
	expect([...now.gone]).toEqual(['not db', 'not web']);
	expect(now.begun.map(([request]) => request)).toEqual([4, 3]);
	expect(now.version).toBe(3);
});
