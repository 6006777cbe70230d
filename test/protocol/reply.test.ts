import { expect, test } from 'vitest';
import {
	boundedError,
	columnsReply,
	errorReply,
	exitStatusReply,
	okReply,
	rowReply,
} from '../../src/protocol/reply.ts';

test('Ok has no further fields', () => {
	expect(okReply).toBe('Ok\n');
});

test('Error carries one readable line', () => {
	expect(errorReply('no daemon is called "a"; Status lists those there are')).toBe(
		'Error,"no daemon is called ""a""; Status lists those there are"\n',
	);
	expect(errorReply('a\nb')).toBe('Error,a\\u{a}b\n');
});

test('ExitStatus carries a code', () => {
	expect(exitStatusReply(143)).toBe('ExitStatus,143\n');
});

test('requests that return data send one Columns record and then Row records', () => {
	expect(columnsReply(['name', 'pid'])).toBe('Columns,name,pid\n');
	expect(rowReply(['web', 4711])).toBe('Row,web,4711\n');
	expect(rowReply(['a,b', '', '\xff', 0])).toBe('Row,"a,b",,\\x{ff},0\n');
});

test('a reason of any length and of any characters is at most 32 KiB as a reply', () => {
	for (const char of ['x', '"', '\x01', 'ä', ',']) {
		for (const length of [0, 1, 1000, 32_700, 32_768, 1_000_000]) {
			const text = boundedError(char.repeat(length));
			const whole = errorReply(char.repeat(length));
			expect(text.length).toBeLessThanOrEqual(32_768);
			expect(text.endsWith('\n')).toBe(true);
			expect(text === whole || (whole.length > 32_768 && text.includes(' ...'))).toBe(true);
		}
	}
	expect(boundedError('x'.repeat(32_768 - 'Error,\n'.length))).toHaveLength(32_768);
});
