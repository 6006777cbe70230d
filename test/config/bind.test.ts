import { expect, test } from 'vitest';
import { bind } from '../../src/config/bind.ts';
import { type Bad, bad } from '../../src/config/reader.ts';

/** What it reads, or the mistake it tells. */
function read(value: boolean | string | number, platform: NodeJS.Platform = 'linux') {
	let told = '';
	const wrong = (_: number, text: string): Bad => {
		told = text;
		return bad;
	};
	const found = bind(platform).read({ line: 1, value }, { folder: '/', wrong });
	return found === bad ? told : found;
}

test('it is yes, no, or a way of its own', () => {
	expect([read(true), read(false), read('seccomp')]).toEqual([true, false, 'seccomp']);
	expect(read('yes')).toBe('expected true, false or "seccomp", got "yes"');
	expect(read(1)).toBe('expected true, false or "seccomp", got the number 1');
	expect(['seccomp', true] as const).toEqual([bind().write('seccomp'), bind().write(true)]);
});

test('that way is Linux', () => {
	expect(read('seccomp', 'freebsd')).toBe('"seccomp" is for Linux alone; here there is bind = true');
	expect(read(true, 'freebsd')).toBe(true);
});
