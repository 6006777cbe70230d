import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { Watches } from '../../../src/sources/files/watches.ts';
import { Inbox, scratch } from './scratch.ts';

function watching() {
	const told = new Inbox<string>();
	const watches = new Watches<string>((owner) => told.put(owner));
	onTestFinished(() => watches.close());
	const put = (owner: string, place: string | undefined, identity = '1', isAsked = (_: string) => true) =>
		watches.put(owner, new Map(place === undefined ? [] : [[place, { identity, asked: [isAsked] }]]));
	return { watches, told, put };
}

test('a place is watched once, however many ask about it, and as long as one does', () => {
	const at = scratch();
	const { watches, put } = watching();
	expect(put('one', at).isNew).toBe(true);
	expect(put('other', at).isNew).toBe(false);
	expect(watches.size).toBe(1);
	watches.drop('one');
	expect(watches.size).toBe(1);
	put('other', undefined);
	expect(watches.size).toBe(0);
});

test('only who asks about a name is told of it', async () => {
	const at = scratch();
	const { told, put } = watching();
	put('a', at, '1', (name) => name === 'a');
	put('b', at, '1', (name) => name === 'b');
	writeFileSync(`${at}/c`, '');
	writeFileSync(`${at}/b`, '');
	expect(await told.next()).toBe('b');
});

test('another one under its name is watched anew', () => {
	const at = scratch();
	const { put } = watching();
	put('one', at, '1');
	expect(put('one', at, '1').isNew).toBe(false);
	expect(put('one', at, '2').isNew).toBe(true);
	expect(put('one', at, '2').isNew).toBe(false);
});

test('one that was removed and has the same number again is watched anew', async () => {
	const at = scratch();
	const { told, put } = watching();
	mkdirSync(`${at}/d`);
	put('one', `${at}/d`);
	rmdirSync(`${at}/d`);
	expect(await told.next()).toBe('one');
	mkdirSync(`${at}/d`);
	expect(put('one', `${at}/d`).isNew).toBe(true);
});
