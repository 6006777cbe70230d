import { expect, test } from 'vitest';
import type { Entry } from '../../src/supervisor/entry.ts';
import { Rounds } from '../../src/supervisor/rounds.ts';
import { entryIn, running } from './entries.ts';

test('those of two rounds that meet come back together, when all of them are down', () => {
	const there = new Set<Entry>();
	const done: string[] = [];
	const rounds = new Rounds({
		apply: () => undefined,
		isThere: (entry) => there.has(entry),
		hold: (entries) => done.push(`hold ${entries.map((it) => it.name).join(' ')}`),
		start: (entries) => done.push(`start ${entries.map((it) => it.name).join(' ')}`),
		release: (entries) => done.push(`release ${entries.map((it) => it.name).join(' ')}`),
	});
	const [a, b, c] = ['a', 'b', 'c'].map((name) => entryIn(running, { name })) as [Entry, Entry, Entry];
	const stopped = entryIn({ tag: 'stopped' }, { name: 'd' });
	there.add(a).add(b).add(c);
	rounds.begin('one', [a, b], []);
	rounds.begin('two', [b, c], [stopped]);
	expect([a, b, c].map((it) => rounds.groupOf(it))).toEqual(['two', 'two', 'two']);
	for (const entry of [a, b, c]) {
		there.delete(entry);
		entry.life = { ...entry.life, state: { tag: 'waiting', why: '' } };
		rounds.changed(entry);
	}
	expect(done).toEqual(['hold a b', 'hold b c', 'start d', 'release b c a']);
	expect(rounds.groupOf(a)).toBeUndefined();
});
