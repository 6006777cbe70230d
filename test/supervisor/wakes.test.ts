import { expect, test } from 'vitest';
import { Wakes } from '../../src/supervisor/wakes.ts';
import { entryIn, running } from './entries.ts';

test('each waits for one name at a time', () => {
	const [a, b] = [entryIn(running), entryIn(running)];
	const wakes = new Wakes();
	wakes.put('db', a);
	wakes.put('db', b);
	wakes.put('cache', a);
	expect([[...wakes.of('db')], [...wakes.of('cache')], wakes.all()]).toEqual([[b], [a], [b, a]]);
	wakes.forget(b);
	wakes.forget(b);
	expect([[...wakes.of('db')], wakes.all()]).toEqual([[], [a]]);
});
