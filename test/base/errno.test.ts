import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { errnoName, errnoText, isShortage } from '../../src/base/errno.ts';

test('an error number has a name, positive or negative', () => {
	expect([2, -2, 13, 10].map(errnoName)).toEqual(['ENOENT', 'ENOENT', 'EACCES', 'ECHILD']);
	expect(errnoName(999)).toBe('999');
});

test('an error number is told in lower-case words as strerror tells it', () => {
	const { ENOENT, EACCES, ENOTDIR, ENOEXEC, ETXTBSY, ELOOP, EAGAIN, E2BIG, ECHILD } = constants.errno;
	expect([ENOENT, EACCES, ENOTDIR, ENOEXEC, ETXTBSY, ELOOP, EAGAIN, E2BIG, ECHILD].map(errnoText)).toEqual([
		'no such file or directory',
		'permission denied',
		'not a directory',
		'exec format error',
		'text file busy',
		'too many levels of symbolic links',
		'resource temporarily unavailable',
		'argument list too long',
		'no child processes',
	]);
	expect(errnoText(-2)).toBe('no such file or directory');
});

test('an error number without words is told by its name or number', () => {
	expect(errnoText(constants.errno.ENOSR)).toBe('error ENOSR');
	expect(errnoText(999)).toBe('error 999');
});

test('a result that says that something is short is told from others, a descriptor of that number among them', () => {
	const { EMFILE, ENFILE, ENOMEM, ESRCH, EPERM } = constants.errno;
	expect([-EMFILE, -ENFILE, -ENOMEM].map(isShortage)).toEqual([true, true, true]);
	expect([-ESRCH, -EPERM, 0, EMFILE].map(isShortage)).toEqual([false, false, false, false]);
});
