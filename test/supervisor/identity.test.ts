import { describe, expect, it } from 'vitest';
import { refuse } from '../../src/base/refusal.ts';
import { plainService } from '../../src/service/defaults.ts';
import { identityOf, maySpeak, type Wanted } from '../../src/supervisor/identity.ts';
import type { Users } from '../../src/supervisor/users.ts';

const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const carol = {
	uid: 4001,
	gid: 4002,
	groups: [4002, 4003],
	name: 'carol',
	home: '/home/carol',
	shell: '/bin/ash',
};
const me = {
	...own,
	groups: [...new Set([own.gid, ...(process.getgroups?.() ?? [])])],
	name: 'me',
	home: '/me',
	shell: '',
};

const users = {
	user: async (who: string | number) =>
		who === 'carol' ? carol : who === 'me' || who === own.uid ? me : refuse('user: none'),
	group: async (name: string) => (name === 'ops' ? 4010 : refuse('group: none')),
} as unknown as Users;

const identity = (wanted: Partial<Wanted>) => identityOf({ ...plainService, ...wanted }, users);

describe('as whom a service runs', () => {
	it('is nothing of its own where it asks for nothing', () => {
		expect(identity({})).toBeUndefined();
	});

	it('is the user with all groups, environment and output of that user', async () => {
		expect(await identity({ user: 'carol' })).toMatchObject({
			spawn: { user: { uid: 4001, gid: 4002, groups: [4002, 4003] }, umask: 0o022 },
			base: new Map([
				['PATH', expect.any(String)],
				['LANG', 'C.UTF-8'],
				['HOME', '/home/carol'],
				['USER', 'carol'],
				['LOGNAME', 'carol'],
				['SHELL', '/bin/ash'],
			]),
			owner: { uid: 4001, gid: 4002 },
		});
	});

	it("is the group that is named in place of the user's own, the other groups being kept", async () => {
		expect(await identity({ user: 'carol', group: 'ops' })).toMatchObject({
			spawn: { user: { uid: 4001, gid: 4010, groups: [4010, 4003] } },
		});
	});

	it("is the daemon's own user where only a group is named", async () => {
		expect(await identity({ group: 'ops' })).toMatchObject({
			spawn: { user: { uid: own.uid, gid: 4010 } },
			base: undefined,
			owner: undefined,
		});
	});

	it("is no change where it is the daemon's own user and groups", async () => {
		expect(await identity({ user: 'me' })).toMatchObject({ spawn: { user: undefined }, owner: undefined });
	});

	it('is refused where user, group or limit is not known', async () => {
		expect(await identity({ user: 'nobody else' })).toEqual({ refused: 'user: none' });
		expect(await identity({ user: 'carol', group: 'none' })).toEqual({ refused: 'group: none' });
		const limits = { ...plainService.limits, resources: new Map([['locks', 5]]) };
		expect(identity({ limits })).toHaveProperty('refused', expect.stringMatching(/^limits: .*"locks"/));
	});

	it('has limits by the numbers of the system, and whatever else is asked for', () => {
		const resources = new Map([
			['nofile', 100],
			['core', 0],
			['as', Number.POSITIVE_INFINITY],
		]);
		expect(identity({ limits: { ...plainService.limits, resources }, nice: 0 })).toMatchObject({
			spawn: {
				limits: [
					[7, 100],
					[4, 0],
					[9, Number.POSITIVE_INFINITY],
				],
				nice: 0,
				user: undefined,
			},
		});
		expect(identity({ oomScore: 0 })).toMatchObject({ spawn: { oomScore: 0, noNewPrivs: false } });
		expect(identity({ noNewPrivs: true })).toMatchObject({ spawn: { noNewPrivs: true } });
		expect(identity({ umask: 0 })).toMatchObject({ spawn: { umask: 0 } });
	});
});

describe('who may speak to archon', () => {
	it("is root and the daemon's own user", () => {
		const spawn = {
			user: undefined,
			umask: 0,
			limits: [],
			nice: undefined,
			oomScore: undefined,
			noNewPrivs: false,
		};
		expect(maySpeak(undefined)).toBe(true);
		expect(maySpeak({ spawn, base: undefined, owner: undefined })).toBe(true);
		expect(maySpeak({ spawn, base: undefined, owner: { uid: 0, gid: 5 } })).toBe(true);
		expect(maySpeak({ spawn, base: undefined, owner: { uid: 4001, gid: 0 } })).toBe(false);
	});
});
