import { expect, test, vi } from 'vitest';
import type { UserEntry } from '../../../src/native/addon.ts';
import { plainService } from '../../../src/service/defaults.ts';
import { openAs } from '../../../src/supervisor/sockets/open-as.ts';
import { Users } from '../../../src/supervisor/users.ts';
import { entryIn } from '../entries.ts';

const waiting = { tag: 'waiting', why: '' } as const;
const entryOf = (user: string | undefined) =>
	entryIn(waiting, { service: { ...plainService, name: 'web', run: ['x'], user } });

test('they are opened at once, or when it is known who the user is', async () => {
	const open = vi.fn(() => []);
	const found = { uid: 70_000, gid: 7, groups: [7], name: 'www', home: '/', shell: '' };
	const lookupUser = (who: string | number, told: (found: UserEntry | number) => void) => {
		told(who === 'www' ? found : -2);
		return 0;
	};
	const users = new Users({ lookupUser, lookupGroup: () => 0 });
	expect(openAs(entryOf(undefined), { open }, users)).toEqual([]);
	expect(open).toHaveBeenLastCalledWith(expect.anything(), undefined);
	expect(await openAs(entryOf('www'), { open }, users)).toEqual([]);
	expect(open).toHaveBeenLastCalledWith(expect.anything(), { uid: 70_000, gid: 7 });
	expect(await openAs(entryOf('nobody-there'), { open }, users)).toEqual({
		refused: expect.stringContaining('nobody-there'),
	});
	expect(open).toHaveBeenCalledTimes(2);
});
