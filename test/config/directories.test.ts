import { chmodSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { looksAt } from '../../src/config/directories.ts';
import { folder } from './scratch.ts';

test('what can be entered is not told, anything else with its reason', async () => {
	const at = folder({ 'd/f': '' });
	expect(await looksAt([at, `${at}/d`, `${at}/d/f`, `${at}/x`])).toEqual(
		new Map([
			[`${at}/d/f`, 'not a directory'],
			[`${at}/x`, 'no such file or directory'],
		]),
	);
	chmodSync(`${at}/d`, 0o600);
	const refused = process.getuid?.() === 0 ? new Map() : new Map([[`${at}/d`, 'permission denied']]);
	expect(await looksAt([`${at}/d`])).toEqual(refused);
	chmodSync(`${at}/d`, 0o700);
});

/** Hangs, and is let go when the test is over. */
function hang(): Promise<void> {
	const { promise, resolve } = Promise.withResolvers<void>();
	onTestFinished(() => resolve());
	return promise;
}

test('one that hangs is told in time, and does not hold the others', async () => {
	const looked: string[] = [];
	const look = (path: string) => {
		looked.push(path);
		return path === '/hangs' ? hang() : Promise.resolve();
	};
	expect(await looksAt(['/hangs', '/a', '/b', '/c'], look, 50)).toEqual(
		new Map([['/hangs', 'no answer within 0.05 s']]),
	);
	expect(looked).toEqual(['/hangs', '/a', '/b', '/c']);
});

test('at most two are looked at together, by whom ever: what was not reached is told too', async () => {
	const looked: string[] = [];
	const look = (path: string) => {
		looked.push(path);
		return hang();
	};
	expect((await looksAt(['/a', '/b', '/c'], look, 20)).size).toBe(3);
	// They are not looked at again; who names neither of them is not refused for them.
	expect([...(await looksAt(['/a', '/d'], look, 20)).keys()]).toEqual(['/a']);
	expect([...(await looksAt(['/d'], look, 20)).keys()]).toEqual([]);
	expect(looked).toEqual(['/a', '/b']);
});
