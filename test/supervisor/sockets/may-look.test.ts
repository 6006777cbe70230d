import { expect, test } from 'vitest';
import { mayLook } from '../../../src/supervisor/sockets/may-look.ts';

const other = { uid: 1234, gid: 1234 };
const ourselves = { uid: process.geteuid?.() ?? 0, gid: 0 };
const refused = (about: string) => ({
	refused: expect.stringMatching(new RegExp(`^bind: .*${about}.*bind = true`)),
});

test('with CAP_SYS_PTRACE it may look into whatever there is, unless the system forbids that to all', () => {
	for (const scope of [0, 1, 2]) {
		expect(mayLook(other, { isCapable: true, scope })).toBeUndefined();
	}
	expect(mayLook(undefined, { isCapable: true, scope: 3 })).toEqual(refused('ptrace_scope is 3'));
});

test('without it only into processes of its own user, where nothing keeps it out of these', () => {
	expect(mayLook(undefined, { isCapable: false, scope: 0 })).toBeUndefined();
	expect(mayLook(ourselves, { isCapable: false, scope: 0 })).toBeUndefined();
	expect(mayLook(other, { isCapable: false, scope: 0 })).toEqual(refused('of another user'));
	expect(mayLook(ourselves, { isCapable: false, scope: 1 })).toEqual(refused('ptrace_scope is 1'));
	expect(mayLook(undefined, { isCapable: false, scope: 3 })).toEqual(refused('ptrace_scope is 3'));
});

test.skipIf(process.getuid?.() !== 0)('root may here', () => {
	expect(mayLook(other)).toBeUndefined();
});
