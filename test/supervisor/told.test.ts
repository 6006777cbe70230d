import { expect, test } from 'vitest';
import type { Event, Gap } from '../../src/events/event.ts';
import { startsTold } from '../../src/supervisor/told.ts';

const event = (seq: number, type: Event['type'], ...fields: string[]): Event => ({
	seq,
	time: 0,
	type,
	name: 'web',
	fields,
});

test('the starts whose end or failure is in the journal are told, others are not', () => {
	const events: (Event | Gap)[] = [
		event(5, 'process.started', 'pid=9', 'start=5'),
		event(6, 'process.exited', 'pid=9', 'start=5', 'exit=0'),
		{ first: 7, last: 8 },
		event(9, 'process.failed', 'pid=10', 'start=6'),
		event(10, 'process.started', 'pid=11', 'start=7'),
	];
	const asked: number[] = [];
	const journal = {
		*read(after: number): Generator<Event | Gap, void> {
			asked.push(after);
			yield* events;
		},
	};
	const told = startsTold(journal, 5);
	expect([[...told.started], [...told.ended]]).toEqual([
		[5, 7],
		[5, 6],
	]);
	expect([asked, told.lost]).toEqual([[5], 8]);
});
