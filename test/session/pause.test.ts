import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';

test('Pause freezes a process and Resume lets it go on', async () => {
	const archon = await Archon.start();
	await archon.lines('StartDaemon,"sleep,60",ARCHON_NAME=nap\n');
	const pid = (await archon.lines('Status,nap\n'))[1]?.split(',')[4];
	expect(await archon.lines('Pause,nap\n')).toEqual(['Ok']);
	expect((await archon.lines('Status,nap\n'))[1]).toMatch(/,paused,/);
	expect(await archon.lines('Pause,nap\n')).toEqual(['Ok']);
	expect(await archon.lines('Resume,nap\n')).toEqual(['Ok']);
	expect((await archon.lines('Status,nap\n'))[1]).toMatch(/,running,/);
	expect(readFileSync(`/proc/${pid}/stat`, 'latin1')).not.toMatch(/\) [Tt] /);
});

test('Resume of what is not paused, and Pause of what has no process, are refused', async () => {
	const archon = await Archon.start();
	await archon.lines('StartDaemon,"sleep,60",ARCHON_NAME=nap\n');
	expect(await archon.lines('Resume,nap\n')).toEqual([
		'Error,"""nap"" cannot be resumed: it is running, not paused"',
	]);
	await archon.lines('Stop,nap\n');
	expect((await archon.lines('Pause,nap\n'))[0]).toContain('it is stopped and has no process; Start');
});
