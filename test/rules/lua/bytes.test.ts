import { expect, test } from 'vitest';
import { bytesOf, textOf } from '../../../src/rules/lua/bytes.ts';

test.each([0, 1, 64, 65, 256, 1000])('a text of %i bytes comes back as it was', (length) => {
	const text = Array.from({ length }, (_, index) => String.fromCharCode(index % 256)).join('');
	const bytes = bytesOf(text);
	expect([bytes.length, bytes.every((byte, index) => byte === index % 256), textOf(bytes) === text]).toEqual([
		length,
		true,
		true,
	]);
});
