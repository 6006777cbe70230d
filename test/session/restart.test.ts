import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';

const pidOf = (row: string | undefined) => row?.split(',')[4];

test('Restart ends what runs and replies when its successor does', async () => {
	const archon = await Archon.start();
	await archon.lines('StartDaemon,"sleep,60",ARCHON_NAME=nap\n');
	const before = pidOf((await archon.lines('Status,nap\n'))[1]);
	expect(await archon.lines('Restart,nap\n')).toEqual(['Ok']);
	const [, row] = await archon.lines('Status,nap\n');
	expect(row).toMatch(/^Row,nap,daemon,running,\d+,\d+,0,signal:TERM,/);
	expect(pidOf(row)).not.toBe(before);
});

test('Restart starts what is not running', async () => {
	const archon = await Archon.start();
	await archon.lines('StartDaemon,"sleep,60",ARCHON_NAME=nap\n');
	await archon.lines('Stop,nap\n');
	expect(await archon.lines('Restart,nap\n')).toEqual(['Ok']);
	expect((await archon.lines('Status,nap\n'))[1]).toMatch(/,running,/);
});
