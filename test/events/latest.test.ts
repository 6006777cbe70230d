import { expect, test } from 'vitest';
import { isRefusal } from '../../src/base/refusal.ts';
import { type Event, type Gap, isGap } from '../../src/events/event.ts';
import { parseFilter } from '../../src/events/filter.ts';
import { latest, mostLatest, wanted } from '../../src/events/latest.ts';
import { append, numbers, openJournal, scratch, short } from './scratch.ts';

function journalOf(events: number, limit = 1 << 24) {
	const journal = openJournal(scratch(), limit);
	const name = (i: number) => (i % 10 === 0 ? 'tenth' : 'other');
	journal.append(Array.from({ length: events }, (_, i) => ({ type: 'timer', name: name(i), fields: [] })));
	return journal;
}

function filter(...fields: string[]) {
	const parsed = parseFilter(fields);
	if (isRefusal(parsed)) {
		throw new Error(parsed.refused);
	}
	return parsed.filter;
}

/** What is given, and how many steps it took. */
function given(items: Iterable<Event | Gap | undefined>): { found: (number | string)[]; steps: number } {
	const all = [...items];
	return { found: short(all.filter((it) => it !== undefined)), steps: all.length };
}

test('What is wanted comes up to what was the newest when it was asked for.', () => {
	const journal = journalOf(20);
	const items = wanted(journal, filter('names=tenth'), 0);
	expect(items.next().value).toMatchObject({ seq: 1 });
	append(journal, 'timer', 'tenth', []);
	expect(given(items).found).toEqual([11]);
});

test.each([
	[0, []],
	[1, [91]],
	[3, [71, 81, 91]],
	[10, [1, 11, 21, 31, 41, 51, 61, 71, 81, 91]],
	[11, [1, 11, 21, 31, 41, 51, 61, 71, 81, 91]],
])('The last %d of ten that match are %j.', (count, expected) => {
	expect(given(latest(journalOf(100), filter('names=tenth'), 0, count)).found).toEqual(expected);
});

test('None is from before the number that is given.', () => {
	expect(given(latest(journalOf(100), filter('names=tenth'), 75, 5)).found).toEqual([81, 91]);
});

test('It looks back only as far as it has to.', () => {
	expect(given(latest(journalOf(5000), filter(), 0, 1)).steps).toBeLessThan(10);
	expect(given(latest(journalOf(5000), filter('names=tenth'), 0, 10)).steps).toBeLessThan(400);
});

test('A gap stands in its place.', () => {
	const journal = journalOf(2000, 0);
	const { oldest } = journal;
	expect(given(latest(journal, filter(), 0, 5000)).found).toEqual([
		`1-${oldest - 1}`,
		...numbers(oldest, 2000),
	]);
	expect(given(latest(journal, filter(), 0, 2)).found).toEqual([1999, 2000]);
});

test('The most there may be are held, of many more.', () => {
	const journal = journalOf(mostLatest * 2 + 50);
	const items = [...latest(journal, filter(), 0, mostLatest)].filter((it) => it !== undefined);
	expect(items.length).toBe(mostLatest);
	expect(items.every((it, i) => !isGap(it) && it.seq === mostLatest + 51 + i)).toBe(true);
	const tenth = [...latest(journal, filter('names=other'), 0, 5000)].filter((it) => it !== undefined);
	expect(tenth.length).toBe(5000);
});
