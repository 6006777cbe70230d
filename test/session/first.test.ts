import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';

test('Run replies with the exit code of the program', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('Run,"sh,-c,exit 3"\n')).toEqual(['ExitStatus,3']);
});

test('archonctl run prints what the program prints and exits with its code', async () => {
	const archon = await Archon.start();
	const ended = await archon.ctl(['run', '--', 'sh', '-c', 'cat; echo "a, b" >&2; exit 3'], 'hi\n');
	expect(ended).toEqual({ out: 'hi\n', err: 'a, b\n', code: 3 });
});
