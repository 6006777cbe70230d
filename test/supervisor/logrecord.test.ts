import { expect, test } from 'vitest';
import { mostChars, parseRecord } from '../../src/supervisor/logrecord.ts';

const time = '2026-11-20T10:00:00.000Z';

test('a record is a time, a stream and a line of any bytes', () => {
	expect(parseRecord(`${time} o one`)).toEqual({ time, stream: 'stdout', line: 'one' });
	expect(parseRecord(`${time} e \0\xff o x`)).toEqual({ time, stream: 'stderr', line: '\0\xff o x' });
	expect(parseRecord(`${time} a `)).toEqual({ time, stream: 'archon', line: '' });
});

test('a line has at most 64 KiB', () => {
	expect(parseRecord(`${time} o ${'x'.repeat(65_536)}`)?.line).toHaveLength(65_536);
	expect(parseRecord(`${time} o ${'x'.repeat(65_537)}`)).toBeUndefined();
	expect(mostChars).toBe(65_563);
});

test('anything else is none', () => {
	const none = ['', 'one', `${time} o`, `${time} x one`, `${time}  o one`, `${time.slice(0, 23)}+ o one`];
	expect(none.map(parseRecord)).toEqual(none.map(() => undefined));
});
