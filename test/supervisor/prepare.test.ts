import { expect, test } from 'vitest';
import { refuse } from '../../src/base/refusal.ts';
import { plainService } from '../../src/service/defaults.ts';
import type { Service } from '../../src/service/service.ts';
import type { Cgroups } from '../../src/supervisor/cgroups.ts';
import { prepare } from '../../src/supervisor/prepare.ts';
import type { Users } from '../../src/supervisor/users.ts';
import { entryIn, running } from './entries.ts';

const carol = { uid: 4001, gid: 4001, groups: [4001], name: 'carol', home: '/home/carol', shell: '/bin/sh' };
const users = {
	user: async (who: string) => (who === 'carol' ? carol : refuse('user: none')),
} as unknown as Users;
const cgroup = { path: '/cg/web' };
const grouped = {
	of: (name: string, { memory }: { memory?: number }) =>
		memory === 0 ? refuse('limits: no') : { ...cgroup, name },
} as unknown as Cgroups;
const none = refuse('there are no control groups: cgroup v2 is mounted nowhere');

function prepared(of: Partial<Service>, cgroups: Cgroups | typeof none = grouped, instance = 0) {
	const service: Service = { ...plainService, name: 'web', run: ['web'], ...of };
	return prepare(entryIn(running, { instance }), service, { users, cgroups, socket: '/run/archon.sock' });
}

test('a plain service gets its control group, its name and the socket, and needs nothing looked up', () => {
	expect(prepared({})).toEqual({
		passed: [],
		own: new Map([
			['ARCHON_SERVICE', 'web'],
			['ARCHON_SOCKET', '/run/archon.sock'],
		]),
		identity: undefined,
		cgroup: { path: '/cg/web', name: 'web' },
	});
});

test('an instance is told its number, and one that has a socket said keeps that', () => {
	const extras = prepared({ env: new Map([['ARCHON_SOCKET', '/other']]), watchdog: 2 }, grouped, 3);
	expect(extras).toMatchObject({
		own: new Map([
			['ARCHON_SERVICE', 'web'],
			['ARCHON_INSTANCE', '3'],
			['WATCHDOG_USEC', '2000'],
		]),
	});
});

test('one of another user is not told of the socket, which is not for that user', async () => {
	expect(await prepared({ user: 'carol' })).toMatchObject({
		own: new Map([['ARCHON_SERVICE', 'web']]),
		identity: { owner: { uid: 4001, gid: 4001 } },
	});
});

test('who is not known, and a limit that cannot be kept, refuse the start', async () => {
	expect(await prepared({ user: 'nobody' })).toEqual({ refused: 'user: none' });
	const limits = { ...plainService.limits, memory: 0 };
	expect(prepared({ limits })).toEqual({ refused: 'limits: no' });
});

test('without control groups it starts without one, but not with a limit that needs one', () => {
	expect(prepared({}, none)).toMatchObject({ cgroup: undefined });
	for (const limit of ['memory', 'pids']) {
		const limits = { ...plainService.limits, [limit]: 5 };
		expect(prepared({ limits }, none)).toEqual({
			refused: `limits: ${limit} cannot be limited: ${none.refused}; leave the limit out`,
		});
	}
});
