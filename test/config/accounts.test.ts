import { expect, test } from 'vitest';
import { accountsIn } from '../../src/config/accounts.ts';
import { folder } from './scratch.ts';

test('users and groups are looked up by name', () => {
	const accounts = accountsIn(
		folder({
			passwd: 'root:x:0:0:root:/root:/bin/sh\nwww:x:33:34::/:\n\nodd\n',
			group: 'root:x:0:\nops:x:7:www\n',
		}),
	);
	expect(accounts.user('www')).toEqual({ uid: 33, gid: 34 });
	expect(accounts.group('ops')).toBe(7);
	expect([accounts.user('ops'), accounts.user(''), accounts.user('odd')]).toEqual([
		undefined,
		undefined,
		undefined,
	]);
	expect([accounts.group('www'), accounts.group('__proto__')]).toEqual([undefined, undefined]);
});

test('where there are no such files there is nobody', () => {
	const accounts = accountsIn(folder({}));
	expect(accounts.user('root')).toBeUndefined();
	expect(accounts.group('root')).toBeUndefined();
});

test('the system has a root', () => {
	expect(accountsIn().user('root')).toEqual({ uid: 0, gid: 0 });
	expect(accountsIn().group('root')).toBe(0);
});
