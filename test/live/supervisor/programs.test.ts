import { expect, test } from 'vitest';
import { Archon } from '../../archon.ts';
import { daemon, names } from '../../session/ask.ts';
import { Pass } from '../../session/pass.ts';

test('a Run that is stopped while it starts gets its final reply, whichever step it came to', async () => {
	const archon = await Archon.start();
	const [runner, stopper] = [await archon.connect(), await archon.connect()];
	await Promise.all([runner.call(['Ping']), stopper.call(['Ping'])]);
	const ends = new Set<string>();
	for (let n = 0; n < 40; n++) {
		const run = runner.call(['Run', 'sleep,60', 'ARCHON_NAME=job']);
		const stop = stopper.call(['Stop', 'job', '0s']);
		// The Stop may have been handled first: then there was nothing to stop.
		if ((await stop).final.tag === 'error') {
			await stopper.call(['Stop', 'job', '0s']);
		}
		const { final } = await run;
		ends.add(final.tag === 'exit' ? `exit ${final.code}` : final.tag === 'error' ? final.reason : final.tag);
	}
	const possible = ['"job" was stopped while it started', 'exit 137'];
	expect([...ends].filter((end) => !possible.includes(end))).toEqual([]);
	expect(await names(archon)).toEqual([]);
});

test('descriptors of a Run whose name is taken are closed', async () => {
	const archon = await Archon.start();
	await daemon(archon, 'web', 'exec sleep 60');
	const client = new Pass(archon, ['pass:3,3,3:Run,true,ARCHON_NAME=web\n', 'line', 'gone']);
	expect(await client.replies()).toEqual([expect.stringMatching(/^Error,"the name ""web"" is taken/)]);
	expect(await client.written).toBe('');
});

test('a name is free again as soon as its Run has replied', async () => {
	const archon = await Archon.start();
	const replies = await archon.lines('Run,true,ARCHON_NAME=job\n'.repeat(50));
	expect(replies).toEqual(Array(50).fill('ExitStatus,0'));
});

test('a daemon that cannot be started leaves nothing behind, and its name is free', async () => {
	const archon = await Archon.start();
	expect(
		await archon.lines(
			'StartDaemon,nosuch,ARCHON_NAME=web\nStatus\nStartDaemon,"sleep,60",ARCHON_NAME=web\n',
		),
	).toEqual([
		'Error,"cannot start ""nosuch"": exec: no such file or directory"',
		expect.stringMatching(/^Columns,/),
		'Ok',
		'Ok',
	]);
});
