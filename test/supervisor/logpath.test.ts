import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { logOf, logPath } from '../../src/supervisor/logpath.ts';
import { temporary } from '../archon.ts';

/** A folder of logs with these files in it, each written so many seconds after some day. */
function logs(files: { readonly [name: string]: number }): string {
	const directory = temporary();
	mkdirSync(`${directory}/runs`);
	for (const [name, age] of Object.entries(files)) {
		writeFileSync(`${directory}/${name}`, '');
		utimesSync(`${directory}/${name}`, 1_000_000 + age, 1_000_000 + age);
	}
	return directory;
}

async function filesOf(directory: string, name: string): Promise<readonly string[]> {
	return (await logOf(directory, name))?.files ?? [];
}

test('the log of a daemon and that of a run are found where archon-log keeps them', async () => {
	const directory = logs({ 'web.log': 1, 'runs/ls.log': 1 });
	expect(await filesOf(directory, 'web')).toEqual([`${directory}/web.log`]);
	expect(await filesOf(directory, 'ls')).toEqual([`${directory}/runs/ls.log`]);
});

test('rotated parts come first, the oldest before all, and one that is missing is left out', async () => {
	const directory = logs({ 'web.log': 9, 'web.log.1': 8, 'web.log.2': 7, 'web.log.4': 4, 'web.log.7': 3 });
	expect(await filesOf(directory, 'web')).toEqual(
		['web.log.4', 'web.log.2', 'web.log.1', 'web.log'].map((name) => `${directory}/${name}`),
	);
});

test('a log of which only a rotated part is there is found', async () => {
	const directory = logs({ 'web.log.1': 8 });
	expect(await filesOf(directory, 'web')).toEqual([`${directory}/web.log.1`]);
});

test('of a name that was both a daemon and a run, the log written to last is meant', async () => {
	const older = logs({ 'x.log': 5, 'x.log.1': 4, 'runs/x.log': 6, 'runs/x.log.1': 1 });
	expect(await filesOf(older, 'x')).toEqual([`${older}/runs/x.log.1`, `${older}/runs/x.log`]);
	const newer = logs({ 'x.log': 7, 'runs/x.log': 6 });
	expect(await filesOf(newer, 'x')).toEqual([`${newer}/x.log`]);
});

test('there are none of a name that never wrote, nor before the first log', async () => {
	expect(await filesOf(logs({ 'web.log': 1 }), 'other')).toEqual([]);
	expect(await filesOf('/nonexistent', 'web')).toEqual([]);
});

test('the kind of a name may be known', async () => {
	const directory = logs({ 'x.log': 7, 'runs/x.log': 8 });
	const log = await logOf(directory, 'x', ['daemon']);
	expect(log).toEqual({
		name: 'x',
		path: logPath(directory, 'daemon', 'x'),
		files: [`${directory}/x.log`],
		written: 1_000_007_000,
	});
	expect(await logOf(directory, 'y', ['daemon'])).toBeUndefined();
});
