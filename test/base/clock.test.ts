import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoTime, parseTime } from '../../src/base/clock.ts';

test('a time is ISO 8601 UTC with milliseconds', () => {
	const ten = Date.UTC(2026, 10, 20, 10);
	expect(isoTime(ten)).toBe('2026-11-20T10:00:00.000Z');
	expect([ten + 7, ten + 42, ten + 999, ten + 1000].map(isoTime)).toEqual([
		'2026-11-20T10:00:00.007Z',
		'2026-11-20T10:00:00.042Z',
		'2026-11-20T10:00:00.999Z',
		'2026-11-20T10:00:01.000Z',
	]);
	expect(isoTime(ten + 0.9)).toBe('2026-11-20T10:00:00.000Z');
});

test('any time is written as Date writes it and read as the same', () => {
	const times = fc.integer({ min: Date.UTC(0), max: Date.UTC(9999, 11, 31) });
	fc.assert(
		fc.property(times, fc.nat({ max: 2000 }), (ms, later) => {
			expect(isoTime(ms)).toBe(new Date(ms).toISOString());
			expect(isoTime(ms + later)).toBe(new Date(ms + later).toISOString());
			expect(parseTime(isoTime(ms))).toBe(ms);
		}),
	);
});

test('seconds and zone of a time may be left out, no zone is UTC', () => {
	process.env['TZ'] = 'Asia/Tokyo';
	const ten = Date.UTC(2026, 10, 20, 10);
	for (const text of [
		'2026-11-20T10:00:00.000Z',
		'2026-11-20T10:00:00Z',
		'2026-11-20T10:00:00',
		'2026-11-20T10:00',
		'2026-11-20T12:00:00+02:00',
		'2026-11-20T05:30-04:30',
	]) {
		expect(parseTime(text), text).toBe(ten);
	}
	expect(parseTime('2026-11-20')).toBe(Date.UTC(2026, 10, 20));
});

test('what is no time is refused, a 30th of February included', () => {
	for (const text of [
		'',
		'now',
		'2026',
		'2026-02-30',
		'2026-02-30T10:00Z',
		'2026-13-01',
		'2026-11-20T25:00',
		'2026-11-20T10:60',
		'2026-11-20 10:00',
		'2026-11-20Z',
		'2026-11-20T10:00:00.Z',
		'1h',
		'1042',
	]) {
		expect(parseTime(text), text).toBeUndefined();
	}
});
