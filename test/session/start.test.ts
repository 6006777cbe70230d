import { rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';

test('Start starts what was stopped and replies when it runs; what runs already is Ok', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('StartDaemon,"sleep,60",ARCHON_NAME=nap\n')).toEqual(['Ok']);
	expect(await archon.lines('Stop,nap\n')).toEqual(['Ok']);
	expect(await archon.lines('Start,nap\n')).toEqual(['Ok']);
	expect((await archon.lines('Status,nap\n'))[1]).toMatch(/^Row,nap,daemon,running,\d+,/);
	expect(await archon.lines('Start,nap\n')).toEqual(['Ok']);
});

test('Start says why it did not get there, and so does a name that nothing has', async () => {
	const archon = await Archon.start();
	const flag = `${archon.directory}/flag`;
	writeFileSync(flag, '');
	const script = `sh,-c,"test -e ${flag} && exec sleep 60; exit 3"`;
	const client = await archon.connect();
	await client.call(['StartDaemon', script, 'ARCHON_NAME=once', 'ARCHON_RESTART=never']);
	await client.call(['Stop', 'once']);
	rmSync(flag);
	// exec succeeds, which is all that being ready means here; that it ends at once is told by Status.
	expect((await client.call(['Start', 'once'])).final).toEqual({ tag: 'ok' });
	expect((await client.call(['Wait', 'once', 'failed'])).final).toEqual({ tag: 'ok' });
	expect(await archon.lines('Start,nobody\n')).toEqual([
		'Error,"nothing is called ""nobody""; Status lists what there is"',
	]);
});
