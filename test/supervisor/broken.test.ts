import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { stages } from '../../src/keeper/ledger.ts';
import { brokenOf } from '../../src/supervisor/broken.ts';

const { ENOENT, EBUSY, EINVAL, ENOSYS, ENOMEM } = constants.errno as Record<string, number>;

test('a start that failed says at which step, and what the system said', () => {
	expect(brokenOf(stages.indexOf('exec'), ENOENT ?? 0)).toEqual({
		step: 'exec',
		text: 'no such file or directory',
	});
	expect(brokenOf(stages.indexOf('session'), 0)).toEqual({
		step: 'session',
		text: 'it was killed before it ran',
	});
	expect(brokenOf(stages.length, ENOENT ?? 0).step).toBe('start');
});

test('a directory that it cannot run in is named, where it has a path, and by no other step', () => {
	const directory = stages.indexOf('directory');
	expect(brokenOf(directory, ENOENT ?? 0, '/no\nwhere').text).toBe(
		'/no\\u{a}where: no such file or directory',
	);
	expect(brokenOf(directory, ENOENT ?? 0).text).toBe('no such file or directory');
	expect(brokenOf(directory, 0, '/nowhere').text).toBe('it was killed before it ran');
	expect(brokenOf(stages.indexOf('exec'), ENOENT ?? 0, '/nowhere').text).toBe('no such file or directory');
});

test('what seccomp(2) does not do is said in words, at that step alone', () => {
	const bind = (errno = 0) => brokenOf(stages.indexOf('bind'), errno).text;
	expect(bind(EBUSY)).toMatch(
		/^somebody listens to the system calls of archon already .*bind = true needs none$/,
	);
	expect(bind(EINVAL)).toMatch(
		/^invalid argument: this system has no seccomp user notification .*needs none$/,
	);
	expect(bind(ENOSYS)).toMatch(/^[^:]+: this system has no seccomp user notification .*needs none$/);
	expect(bind(ENOMEM)).not.toContain('seccomp');
	expect(brokenOf(stages.indexOf('exec'), EINVAL ?? 0).text).toBe('invalid argument');
});
