import { expect, test } from 'vitest';
import { parseSince } from '../../src/events/since.ts';
import { append, openJournal, scratch } from './scratch.ts';

const hour = 3_600_000;

/** Three events: five hours ago, half an hour ago, now. */
function journalOfToday() {
	const journal = openJournal(scratch());
	for (const ago of [5 * hour, hour / 2, 0]) {
		append(journal, 'timer', '-', [], Date.now() - ago);
	}
	return journal;
}

test('A number stands for itself.', () => {
	const journal = journalOfToday();
	expect(['0', '2', '3', '003'].map((text) => parseSince(text, journal, false))).toEqual([0, 2, 3, 3]);
});

test('A number beyond the newest event is refused, and the reason says which that is.', () => {
	expect(parseSince('4', journalOfToday(), true)).toEqual({
		refused: '"since=4" is beyond the newest event, 3',
	});
});

test('A duration is that long ago, a time that time.', () => {
	const journal = journalOfToday();
	expect(parseSince('1h', journal, true)).toBe(1);
	expect(parseSince('10000h', journal, true)).toBe(0);
	expect(parseSince(new Date(Date.now() - hour).toISOString(), journal, true)).toBe(1);
	expect(parseSince('2001-01-01', journal, true)).toBe(0);
});

test('Where only numbers are taken, anything else is refused.', () => {
	expect(parseSince('1h', journalOfToday(), false)).toEqual({
		refused: '"since=1h" is not the number of an event',
	});
});

test.each(['-1', '1.5', 'yesterday', '1d', ' 1', '2026-13-01'])('%j is refused.', (text) => {
	expect(parseSince(text, journalOfToday(), true)).toEqual({
		refused: `"since=${text}" is neither the number of an event nor a duration (1h) nor a time`,
	});
});
