import { expect, test } from 'vitest';
import type { Event } from '../../src/events/event.ts';
import { causeOf, seenOf, seenOfAll } from '../../src/rules/seen.ts';

function event(...fields: string[]): Event {
	return { seq: 5, time: 1000, type: 'process.exited', name: 'web', fields };
}

const view = {
	name: 'web',
	kind: 'daemon',
	state: 'running',
	pid: 1,
	since: 0,
	restarts: 0,
	last: '-',
	reason: '',
	labels: { tier: 'gold' },
};

test.each([
	['0', 0],
	['-1', -1],
	['12.5', 12.5],
	['999999999999999', 999999999999999],
	['1000000000000000', '1000000000000000'],
	['007', '007'],
	['1.', '1.'],
	['.5', '.5'],
	['1e3', '1e3'],
	['0x10', '0x10'],
	['', ''],
	['1.10.2', '1.10.2'],
	['NaN', 'NaN'],
	['a=b', 'a=b'],
])('The value %j of a field is seen as %j.', (text, value) => {
	expect(seenOf(event(`x=${text}`), undefined)['x']).toBe(value);
});

test('Nothing hides what the event is, and the event comes before what is known of its process.', () => {
	const seen = seenOf(event('seq=9', 'time=9', 'type=x', 'name=y', 'state=odd', '=z', 'plain'), view);
	expect({ ...seen }).toEqual({
		seq: 5,
		time: 1000,
		type: 'process.exited',
		name: 'web',
		state: 'odd',
		kind: 'daemon',
		labels: { tier: 'gold' },
	});
});

test('A field that is not there is undefined, whatever it is called.', () => {
	const seen = seenOf(event('__proto__=1'), undefined);
	expect([seen['constructor'], seen['toString'], seen['labels']]).toEqual([undefined, undefined, undefined]);
	expect(Object.entries(seen)).toContainEqual(['__proto__', 1]);
});

test.each([
	[['cause=7'], 7],
	[['cause=7', 'pid=1', 'cause=8'], 8],
	[['because=7', 'pid=1'], undefined],
	[['cause='], undefined],
	[['cause=0'], undefined],
	[['cause=-1'], undefined],
	[['cause=x'], undefined],
])('%j is caused by %j.', (fields, cause) => {
	expect(causeOf(event(...fields))).toBe(cause);
});

test('Beyond its fields a rule sees of any event what is said to be seen of all.', () => {
	expect(Object.keys(seenOf(event('exit=0'), view)).sort()).toEqual([...seenOfAll, 'exit'].sort());
});
