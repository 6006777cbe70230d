import { expect, test } from 'vitest';
import { isRefusal } from '../../src/base/refusal.ts';
import type { Event, EventType } from '../../src/events/event.ts';
import { accepts, type FilterKey, parseFilter } from '../../src/events/filter.ts';

const event = (type: EventType, name: string): Event => ({ seq: 1, time: 0, type, name, fields: [] });

/** What is let through of a fixed few, as `type name`. */
function passing(...fields: string[]): string[] {
	const parsed = parseFilter(fields);
	if (isRefusal(parsed)) {
		throw new Error(parsed.refused);
	}
	const all = [
		event('process.started', 'web'),
		event('process.exited', 'web'),
		event('process.exited', 'worker@1'),
		event('group.exited', 'web'),
		event('timer', '-'),
		event('pager.sent', 'oncall'),
	];
	return all.filter((one) => accepts(parsed.filter, one)).map((one) => `${one.type} ${one.name}`);
}

function refused(fields: string[], keys?: FilterKey[]): string {
	const parsed = parseFilter(fields, keys);
	return isRefusal(parsed) ? parsed.refused : '';
}

test('Without any field everything passes.', () => {
	expect(passing()).toHaveLength(6);
});

test('Types are globs, several of them with semicolons between.', () => {
	expect(passing('types=process.exited')).toEqual(['process.exited web', 'process.exited worker@1']);
	expect(passing('types=*.exited;timer')).toHaveLength(4);
});

test('Names are globs.', () => {
	expect(passing('names=work*;-')).toEqual(['process.exited worker@1', 'timer -']);
});

test('What is excluded is left out by its type or by its name.', () => {
	expect(passing('exclude=process.*')).toEqual(['group.exited web', 'timer -', 'pager.sent oncall']);
	expect(passing('exclude=web;timer;pager.*')).toEqual(['process.exited worker@1']);
});

test('All conditions hold at once.', () => {
	expect(passing('names=web', 'types=process.*', 'exclude=*.started')).toEqual(['process.exited web']);
});

test('What rules emit is asked for by its type or by a glob of another family.', () => {
	expect(passing('types=pager.sent')).toEqual(['pager.sent oncall']);
	expect(passing('types=pager.*;timer')).toEqual(['timer -', 'pager.sent oncall']);
	expect(passing('types=mail.*')).toEqual([]);
	expect(passing('types=*')).toHaveLength(6);
});

test('since comes back as it was given.', () => {
	expect(parseFilter(['since=1h;;'])).toMatchObject({ since: '1h;;' });
	expect(parseFilter([])).toMatchObject({ since: undefined });
});

test.each([
	[['colour=red'], 'unknown key "colour"; known are types=, names=, exclude=, since='],
	[['web'], '"web" is not key=value; known are types=, names=, exclude=, since='],
	[[''], '"" is not key=value; known are'],
	[['=x'], 'unknown key ""; known are'],
	[['names='], '"names=" has no value; known are'],
	[['since='], '"since=" has no value; known are'],
	[['names=a', 'names=b'], '"names=" is given twice; several globs go into one, with ";" between them'],
	[['since=1', 'since=1'], '"since=" is given twice; known are'],
	[['names=a;;b'], '"names=a;;b" holds an empty glob'],
	[['exclude=;'], '"exclude=;" holds an empty glob'],
	[
		['types=process.exit'],
		'no event type matches "process.exit"; known are process.starting, process.started,',
	],
	[['types=timer;daemon.x*'], '"daemon.x*"; known are daemon.started, daemon.recovered, daemon.stopping'],
	[['types=process.quux*'], 'no event type matches "process.quux*"; known are process.starting,'],
	[['types=*.exit'], 'no event type matches "*.exit"; known are process.*'],
	[['types=[p-r]*.exit'], 'no event type matches "[p-r]*.exit"; known are'],
	[['types=timer.x'], 'no event type matches "timer.x"; known are timer'],
	[['types=pager.'], 'no event type matches "pager."; known are process.*'],
	[['types=pager.sent.twice'], 'and word.word for what rules emit'],
	[
		['types=x'],
		'no event type matches "x"; known are process.*, group.*, daemon.*, rule.*, file.*, library.*, pressure.*, oom.*, timer, config.*,',
	],
])('%j is refused and the reason says why.', (fields, reason) => {
	expect(refused(fields)).toContain(reason);
});

test('A key that the request does not know is refused.', () => {
	expect(refused(['since=1'], ['types', 'names'])).toBe('unknown key "since"; known are types=, names=');
});
