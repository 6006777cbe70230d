import { expect, test } from 'vitest';
import { columnsReply, errorReply, exitStatusReply, okReply, rowReply } from '../../src/protocol/reply.ts';

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
