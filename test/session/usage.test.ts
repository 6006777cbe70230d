import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { until } from '../live/until.ts';
import { ask, daemon, rows } from './ask.ts';

test('Usage counts a process with all that it started, also what got away from it', async () => {
	const archon = await Archon.start();
	await daemon(archon, 'web', 'setsid sleep 60 & (sleep 60 & setsid sleep 60 &); echo there; wait');
	await ask(archon, 'StartDaemon', 'sleep,60', 'ARCHON_NAME=db');
	await ask(archon, 'Stop', 'db');
	await until(async () => (await rows(archon, 'Usage', 'web'))[0]?.['processes'] === '4');
	const [db, web] = await rows(archon, 'Usage');
	expect(db).toEqual({ name: 'db', processes: '0', rss: '0', cpu: '0.0', fds: '0' });
	expect(web).toEqual({
		name: 'web',
		processes: '4',
		rss: expect.stringMatching(/^[1-9]\d{5,7}$/),
		cpu: expect.stringMatching(/^\d+\.\d$/),
		fds: expect.stringMatching(/^\d+$/),
	});
});

test('a name or glob that nothing has is an Error, and none asks for what there is', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('Usage\nUsage,no*\nWhy,no*\nUsage,no\n')).toEqual([
		'Columns,name,processes,rss,cpu,fds',
		'Ok',
		'Error,"nothing matches ""no*""; Status lists what there is"',
		'Error,"nothing matches ""no*""; Status lists what there is"',
		'Error,"nothing is called ""no""; Status lists what there is"',
	]);
});
