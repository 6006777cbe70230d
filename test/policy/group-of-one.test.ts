import { expect, test } from 'vitest';
import { isGroupOfOne } from '../../src/policy/group-of-one.ts';
import { Disk } from '../../src/sources/files/disk.ts';
import { scratch, write } from '../sources/files/scratch.ts';

const passwd = 'root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/:/bin/sh\nbob:x:1001:1001::/:/bin/sh\n';

async function isOfOne(group: string | undefined, users = passwd, own = { uid: 1000, gid: 1000 }) {
	const at = scratch();
	write(`${at}/passwd`, users);
	if (group !== undefined) {
		write(`${at}/group`, group);
	}
	return await isGroupOfOne(new Disk(() => undefined), own, at);
}

test('A group is of one user when nobody but root is in it besides.', async () => {
	expect(await isOfOne('root:x:0:\nann:x:1000:\nbob:x:1001:ann\n')).toBe(true);
	expect(await isOfOne('ann:x:1000:ann,root')).toBe(true);
	expect(await isOfOne('root:x:0:', passwd, { uid: 0, gid: 0 })).toBe(true);
});

test('It is not when another is listed, has it as his own, or nobody can tell.', async () => {
	expect(await isOfOne('ann:x:1000:bob\n')).toBe(false);
	expect(await isOfOne('ann:x:1000:ann\nalso:x:1000:stranger\n')).toBe(false);
	expect(await isOfOne('ann:x:1000:\n', `${passwd}www:x:33:1000::/:/bin/sh\n`)).toBe(false);
	expect(await isOfOne('bob:x:1001:\n')).toBe(false);
	expect(await isOfOne(undefined)).toBe(false);
});
