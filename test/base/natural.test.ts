import { expect, test } from 'vitest';
import { natural } from '../../src/base/natural.ts';

test('numbers in a text count as such', () => {
	const sorted = [
		'',
		'port:20001',
		'tcp:127.0.0.1:80',
		'tcp:127.0.0.1:443',
		'tcp:127.0.0.1:8080',
		'tcp:127.0.0.10:80',
		'tcp:127.0.0.10:80,v6only',
		'udp:127.0.0.1:9007199254740993',
		'udp:127.0.0.1:9007199254740994',
		'unix:/a7',
		'unix:/a007',
		'unix:/b',
	];
	expect(sorted.toReversed().sort(natural)).toEqual(sorted);
	expect(natural('a1', 'a1')).toBe(0);
});
