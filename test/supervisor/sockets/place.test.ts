import { mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isCutOff, placeAt } from '../../../src/supervisor/sockets/place.ts';
import { temporary } from '../../archon.ts';

const unix = (path: string) => ({ tag: 'unix', path }) as const;

test('a path is told from one that leads nowhere, or to something else', () => {
	const directory = temporary();
	const address = unix(`${directory}/x`);
	expect(placeAt(address)).toBe('nowhere');
	expect(placeAt(unix(`${directory}/no/x`))).toBe('nowhere');
	writeFileSync(address.path, '');
	const place = placeAt(address);
	expect(place).toMatch(/^\d+:\d+$/);
	writeFileSync(address.path, 'more');
	expect(isCutOff({ address, place })).toBe(false);
	expect(isCutOff({ address, place: 'nowhere' })).toBe(true);
	rmSync(address.path);
	expect(isCutOff({ address, place })).toBe(true);
	expect(isCutOff({ address, place: 'nowhere' })).toBe(true);
	mkdirSync(address.path);
	expect(isCutOff({ address, place: '0:0' })).toBe(true);
	rmdirSync(address.path);
	writeFileSync(`${directory}/file`, '');
	expect(placeAt(unix(`${directory}/file/x`))).toBe('nowhere');
});

test('what is no path is never cut off, nor where nobody can tell', () => {
	for (const address of [unix('@x'), { tag: 'tcp', host: '127.0.0.1', port: 1, v6only: false }] as const) {
		expect([placeAt(address), isCutOff({ address, place: '' })]).toEqual(['', false]);
	}
	const endless = unix('/'.padEnd(300, 'x'));
	expect([placeAt(endless), isCutOff({ address: endless, place: '1:2' })]).toEqual(['', false]);
	expect(isCutOff({ address: unix('/nonexistent'), place: '' })).toBe(false);
});
