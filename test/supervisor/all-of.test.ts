import { expect, test } from 'vitest';
import { refuse } from '../../src/base/refusal.ts';
import { allOf } from '../../src/supervisor/all-of.ts';
import type { Entry } from '../../src/supervisor/entry.ts';
import { entryIn, running } from './entries.ts';

const entries = ['a', 'b', 'c'].map((name) => entryIn(running, { name }));

test('It resolves when each is judged, with all that was refused; of each is told as soon as that is known.', async () => {
	const { promise, resolve } = Promise.withResolvers<'done'>();
	const told: string[] = [];
	const judged = async ({ name }: Entry) => (name === 'b' ? await promise : refuse(`not ${name}`));
	const all = allOf(entries, judged, (entry, why) => told.push(`${entry.name}: ${why.refused}`));
	await new Promise(setImmediate);
	expect(told).toEqual(['a: not a', 'c: not c']);
	resolve('done');
	expect(await all).toEqual(refuse('not a; not c'));
});

test('Where nothing is refused there is no refusal.', async () => {
	expect(await allOf(entries, async () => 'done')).toBeUndefined();
	expect(await allOf([], async () => refuse('x'))).toBeUndefined();
});
