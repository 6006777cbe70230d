import { expect, test } from 'vitest';
import { native } from '../../src/native/index.ts';
import { accountsOf } from '../../src/supervisor/known.ts';

test('the system knows root and does not know just anybody', async () => {
	const accounts = accountsOf(native);
	expect(await Promise.all([accounts.isNoUser('root'), accounts.isNoGroup('root')])).toEqual([false, false]);
	expect(await Promise.all([accounts.isNoUser('no-such-one'), accounts.isNoGroup('no-such-one')])).toEqual([
		true,
		true,
	]);
});

test('where the system does not answer nobody is missing, and nobody else is asked for', async () => {
	const asked: (string | number)[] = [];
	const silent = {
		lookupUser: (who: string | number) => asked.push(who) - asked.length,
		lookupGroup: (name: string) => asked.push(name) - asked.length,
	};
	const accounts = accountsOf(silent, 50);
	expect(
		await Promise.all([accounts.isNoUser('a'), accounts.isNoUser('b'), accounts.isNoGroup('c')]),
	).toEqual([false, false, false]);
	expect(asked).toEqual(['a']);
});

test('what cannot be asked, or fails otherwise, says nothing', async () => {
	const accounts = accountsOf({
		lookupUser: () => -12,
		lookupGroup: (_name, told) => {
			told(-5);
			return 0;
		},
	});
	expect(await Promise.all([accounts.isNoUser('a'), accounts.isNoGroup('a')])).toEqual([false, false]);
});
