import { expect, test } from 'vitest';
import { tellTrouble, troubleWith } from '../../src/base/trouble.ts';

const full = Object.assign(new Error('ENOSPC: no space'), { errno: -28, code: 'ENOSPC' });
const spent = Object.assign(new Error('EDQUOT'), { errno: -122, code: 'EDQUOT' });
const barred = Object.assign(new Error('EROFS'), { errno: -30, code: 'EROFS' });

test('it says what cannot be written, why, and what to do where something can be done', () => {
	expect(troubleWith('/run/x', full)).toBe(
		'/run/x cannot be written: no space left on device, make room there',
	);
	expect(troubleWith('/run/x', spent)).toBe('/run/x cannot be written: disk quota exceeded, make room there');
	expect(troubleWith('/run/x', barred)).toBe('/run/x cannot be written: read-only file system');
	expect([troubleWith('/run/x', new Error('a mistake')), troubleWith('/run/x', undefined)]).toEqual([
		undefined,
		undefined,
	]);
});

test('it is told once a minute, and what is no trouble of a file each time', () => {
	const told: unknown[] = [];
	let now = 0;
	const tell = tellTrouble(
		'/run/x',
		'it is lost',
		(it) => told.push(it),
		() => now,
	);
	const mistake = new Error('a mistake');
	for (const fault of [full, full, mistake, mistake]) {
		tell(fault);
	}
	now = 60_000;
	tell(barred);
	expect(told).toEqual([
		'/run/x cannot be written: no space left on device, make room there; it is lost',
		mistake,
		mistake,
		'/run/x cannot be written: read-only file system; it is lost',
	]);
});
