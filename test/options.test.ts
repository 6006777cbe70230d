import { expect, test } from 'vitest';
import { optionsOf } from '../src/options.ts';

test('each has its value, whatever that begins with, but for those that are said alone', () => {
	const words = ['--safe', '--socket', '/s', '--config', '--safe', '--rules', ''];
	expect(optionsOf(words, new Set(['safe']))).toEqual({
		safe: true,
		socket: '/s',
		config: '--safe',
		rules: '',
	});
});

test('of a value that is missing nothing is said', () => {
	expect(optionsOf(['--socket'], new Set())).toEqual({ socket: '' });
	expect(optionsOf([], new Set())).toEqual({});
});
