import { expect, test } from 'vitest';
import { native } from '../../src/native/index.ts';
import { Users } from '../../src/supervisor/users.ts';

test('a user is found by name and by number, with groups, home and shell', async () => {
	const users = new Users(native);
	const root = { uid: 0, gid: 0, name: 'root', groups: expect.arrayContaining([0]) };
	expect(await users.user('root')).toMatchObject(root);
	expect(await users.user(0)).toMatchObject(root);
	expect(await users.group('root')).toBe(0);
});

test('who is not there is refused, names of digits, empty and endless ones too', async () => {
	const users = new Users(native);
	const refused = { refused: 'user: there is no user "no such"; make it, or name another' };
	expect(await users.user('no such')).toEqual(refused);
	for (const name of ['0', '-1', '', 'x'.repeat(255), 'x'.repeat(300)]) {
		expect(await users.user(name)).toHaveProperty('refused');
		expect(await users.group(name)).toHaveProperty('refused');
	}
});

/** A system that answers when it is told to. */
function slow() {
	const asked: { who: string | number; told: (found: number) => void }[] = [];
	const ask = (who: string | number, told: (found: number) => void) => asked.push({ who, told }) * 0;
	return { asked, native: { lookupUser: ask, lookupGroup: ask } };
}

test('one question at a time is asked, and who asks the same shares the answer', async () => {
	const { asked, native: system } = slow();
	const users = new Users(system);
	const answers = [users.group('a'), users.group('a'), users.group('b'), users.user('a')];
	expect(asked.map(({ who }) => who)).toEqual(['a']);
	asked[0]?.told(7);
	expect(asked.map(({ who }) => who)).toEqual(['a', 'b']);
	asked[1]?.told(8);
	asked[2]?.told(-2);
	expect(await Promise.all(answers)).toMatchObject([7, 7, 8, { refused: expect.stringContaining('"a"') }]);
});

test('nothing is remembered: the next question is asked anew', async () => {
	const { asked, native: system } = slow();
	const users = new Users(system);
	const first = users.group('a');
	asked[0]?.told(7);
	await first;
	const second = users.group('a');
	asked[1]?.told(9);
	expect([await first, await second]).toEqual([7, 9]);
});

test('a system that does not answer refuses, also those who wait behind, and is not asked in vain later', async () => {
	const { asked, native: system } = slow();
	const users = new Users(system, 20);
	const answers = await Promise.all([users.user('a'), users.group('b')]);
	expect(answers).toEqual([
		{ refused: 'user: the system does not answer who "a" is: see /etc/nsswitch.conf' },
		{ refused: 'group: the system does not answer who "b" is: see /etc/nsswitch.conf' },
	]);
	const third = users.group('c');
	expect(asked.map(({ who }) => who)).toEqual(['a']);
	asked[0]?.told(5);
	expect(asked.map(({ who }) => who)).toEqual(['a', 'c']);
	asked[1]?.told(6);
	expect(await third).toBe(6);
});
