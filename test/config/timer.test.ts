import { expect, test } from 'vitest';
import { cron, timezone } from '../../src/config/timer.ts';
import { again, read } from './readers.ts';

test('a cron expression has five fields', () => {
	for (const text of ['0 3 * * *', '*/5 1-3,7 * JAN-MAR MON', '@daily']) {
		expect(again(cron, text)).toBe(text);
	}
	for (const text of [
		'',
		'x',
		'* * * *',
		'* * * * * *',
		'60 * * * *',
		'0 24 * * *',
		'0 0 0 * *',
		'0 0 * 13 *',
	]) {
		expect(read(cron, `"${text}"`)).toHaveProperty('wrong');
	}
	expect(read(cron, '"60 * * * *"')).toEqual({ wrong: ['"60 * * * *": Invalid value for minute: 60'] });
});

test('a time that never comes is a mistake', () => {
	expect(read(cron, '"0 0 30 2 *"')).toEqual({ wrong: ['"0 0 30 2 *" never comes'] });
	expect(read(cron, '"0 0 29 2 *"')).toBe('0 0 29 2 *');
});

test('a time zone is one that the system knows', () => {
	for (const text of ['UTC', 'Europe/Lisbon', 'America/New_York']) {
		expect(again(timezone, text)).toBe(text);
	}
	for (const text of ['', 'Lisbon', 'Europe/', 'Mars/Olympus']) {
		expect(read(timezone, `"${text}"`)).toHaveProperty('wrong');
	}
});
