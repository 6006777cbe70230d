import { expect, test } from 'vitest';
import { connectText } from '../../../src/supervisor/ready/tried.ts';

test('a system error is told in the words of the system, of several the first', () => {
	const refused = Object.assign(new Error('connect ECONNREFUSED'), { errno: -111 });
	expect(connectText(refused)).toBe('connection refused');
	expect(connectText(new AggregateError([refused, new Error('other')]))).toBe('connection refused');
});

test('any other is one line of bytes', () => {
	expect(connectText(new Error('Parse Error: é\nsecond'))).toBe('Parse Error: \xc3\xa9');
	expect(connectText(new Error('x'.repeat(1000)))).toHaveLength(200);
});
