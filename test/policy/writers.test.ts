import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Writers } from '../../src/policy/writers.ts';
import { Disk } from '../../src/sources/files/disk.ts';
import { scratch, write } from '../sources/files/scratch.ts';

function writers(own = { uid: 1000, gid: 1000 }) {
	const at = scratch();
	write(`${at}/group`, 'ann:x:1000:\nusers:x:100:ann,bob\n');
	write(`${at}/passwd`, 'ann:x:1000:1000::/:/bin/sh\n');
	return new Writers(new Disk(() => undefined), own, at);
}

const found = (uid: number, gid: number, mode: number) => ({ uid, gid, mode: 0o100000 + mode });

test('What root or the own user has and nobody else writes is taken, also where the own group of one may.', async () => {
	for (const it of [
		found(0, 0, 0o644),
		found(1000, 100, 0o755),
		found(1000, 1000, 0o664),
		found(0, 1000, 0o775),
	]) {
		expect(await writers().of('/r/a.lua', it)).toBeUndefined();
	}
});

test('What somebody else has is refused, with who, and what to do.', async () => {
	expect(await writers().of('/r/a.lua', found(33, 0, 0o644))).toEqual({
		refused: 'others than root and uid 1000 may write it (owner 33, group 0, mode 0644): chown 1000 /r/a.lua',
	});
	expect(await writers({ uid: 0, gid: 0 }).of('/r', found(1000, 0, 0o444))).toEqual({
		refused: 'others than root may write it (owner 1000, group 0, mode 0444): chown 0 /r',
	});
});

test('What a group of several, another group or everybody may write is refused.', async () => {
	const several = writers({ uid: 1000, gid: 100 });
	for (const [who, it] of [
		[several, found(1000, 100, 0o664)],
		[writers(), found(1000, 33, 0o664)],
		[writers(), found(1000, 1000, 0o666)],
		[writers(), found(0, 0, 0o602)],
	] as const) {
		expect(await who.of('/r/a.lua', it)).toEqual({
			refused: expect.stringMatching(/mode 06[06][462]\): chmod go-w \/r\/a\.lua$/),
		});
	}
});

test('Where a link to a folder leads counts; one that everybody shares is no place for rules.', async () => {
	const at = scratch();
	const own = new Writers(new Disk(() => undefined));
	mkdirSync(`${at}/rules`);
	symlinkSync('rules', `${at}/link`);
	expect(await own.ofFolder(`${at}/link`)).toBeUndefined();
	chmodSync(`${at}/rules`, 0o757);
	expect(await own.ofFolder(`${at}/link`)).toEqual({
		refused: expect.stringMatching(/mode 0757\): chmod go-w .*\/link$/),
	});
	chmodSync(`${at}/rules`, 0o1777);
	expect(await own.ofFolder(`${at}/rules`)).toEqual({
		refused: expect.stringMatching(/mode 1777\): give rules a folder of their own$/),
	});
	await expect(own.ofFolder(`${at}/none`)).rejects.toMatchObject({ code: 'ENOENT' });
});
