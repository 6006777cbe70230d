import { expect, test } from 'vitest';
import { counted } from '../../src/base/counted.ts';

test('one alone is one, none are many', () => {
	expect([0, 1, 2].map((count) => counted(count, 'event'))).toEqual(['0 events', '1 event', '2 events']);
	expect([0, 1, 2].map((count) => counted(count, 'process', 'processes'))).toEqual([
		'0 processes',
		'1 process',
		'2 processes',
	]);
});
