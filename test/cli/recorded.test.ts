import { expect, test } from 'vitest';
import { eventOf } from '../../src/cli/recorded.ts';

const time = '2026-11-21T16:00:00.250Z';

test('a row of Events is the event it shows', () => {
	expect(eventOf(['7', time, 'process.exited', 'web', 'pid=3,"reason=a, b"'])).toEqual({
		seq: 7,
		time: Date.parse(time),
		type: 'process.exited',
		name: 'web',
		fields: ['pid=3', 'reason=a, b'],
	});
});

test('an event may have no fields', () => {
	expect(eventOf(['0', time, 'timer', '-', ''])?.fields).toEqual([]);
});

test.each([
	['a number that is none', ['x', time, 'timer', '-', '']],
	['a time that is none', ['1', 'noon', 'timer', '-', '']],
	['fields that are no record', ['1', time, 'timer', '-', '"a']],
	['nothing', []],
])('%s is no event', (_, row) => {
	expect(eventOf(row)).toBeUndefined();
});
