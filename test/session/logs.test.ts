import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { until } from '../live/until.ts';

test('Logs shows what a process wrote, with time and stream, also when it is gone', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['Run', 'sh,-c,echo one; echo two >&2; printf three', 'ARCHON_NAME=job']);
	const { columns, rows } = await client.call(['Logs', 'job']);
	expect(columns).toEqual(['name', 'time', 'stream', 'line']);
	const lines = rows.map((row) => `${row[0]} ${row[2]} ${row[3]}`);
	expect([...lines].sort()).toEqual(['job stderr two', 'job stdout one', 'job stdout three']);
	expect(lines.indexOf('job stdout one')).toBeLessThan(lines.indexOf('job stdout three'));
	expect(rows[0]?.[1]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('lines= says how many: 0, 1, more than there are, 10000 and no more', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['Run', 'seq,1,150', 'ARCHON_NAME=job']);
	const shown = async (...more: string[]) =>
		(await client.call(['Logs', 'job', ...more])).rows.map((row) => row[3]);
	expect(await shown()).toHaveLength(100);
	expect(await shown('lines=0')).toEqual([]);
	expect(await shown('lines=1')).toEqual(['150']);
	expect(await shown('lines=10000')).toHaveLength(150);
	expect((await client.call(['Logs', 'job', 'lines=10001'])).final.tag).toBe('error');
	expect((await client.call(['Logs', 'job', 'lines='])).final.tag).toBe('error');
	expect((await client.call(['Logs', 'job', 'lines=1', 'lines=1'])).final.tag).toBe('error');
});

test('since= takes a duration or a time, and stream= one of three', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['Run', 'sh,-c,echo one; echo two >&2', 'ARCHON_NAME=job']);
	await until(async () => (await client.call(['Logs', 'job'])).rows.length === 2);
	const between = new Date(Date.now() + 1).toISOString();
	await until(() => new Date().toISOString() > between);
	await client.call(['Run', 'sh,-c,echo three; echo four >&2', 'ARCHON_NAME=job']);
	const shown = async (...more: string[]) =>
		(await client.call(['Logs', 'job', ...more])).rows.map((row) => row[3]).sort();
	expect(await shown('since=1h')).toEqual(['four', 'one', 'three', 'two']);
	expect(await shown(`since=${between}`)).toEqual(['four', 'three']);
	expect(await shown(`since=${between}`, 'stream=stderr', 'lines=9')).toEqual(['four']);
	expect(await shown('stream=stdout')).toEqual(['one', 'three']);
	expect(await shown('stream=archon')).toEqual([]);
	expect(await shown('since=0s')).toEqual([]);
	expect(
		await archon.lines('Logs,job,since=5\nLogs,job,since=\nLogs,job,stream=out\nLogs,job,stream=\n'),
	).toEqual([
		'Error,"""since=5"" is neither a duration (1h) nor a time (2026-11-20T10:00)"',
		'Error,"""since="" is neither a duration (1h) nor a time (2026-11-20T10:00)"',
		'Error,"""stream=out"" is none of stdout, stderr and archon"',
		'Error,"""stream="" is none of stdout, stderr and archon"',
	]);
});

test('runs of one name share one log, and an unfinished line never runs into the next', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	for (let n = 0; n < 20; n++) {
		await client.call(['Run', `printf,${n}`, 'ARCHON_NAME=job']);
	}
	const { rows } = await client.call(['Logs', 'job']);
	expect(rows.map((row) => row[3]).sort()).toEqual(Array.from({ length: 20 }, (_, n) => String(n)).sort());
});

test('a line over 64 KiB is several rows', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['Run', "sh,-c,head -c 150000 /dev/zero | tr '\\0' x; echo", 'ARCHON_NAME=job']);
	const { rows } = await client.call(['Logs', 'job']);
	expect(rows.map((row) => row[3]?.length)).toEqual([65_536, 65_536, 150_000 - 2 * 65_536]);
});

test('bytes that are not UTF-8 and control characters are escaped', async () => {
	const archon = await Archon.start();
	const said = await archon.lines('Run,"printf,a\\377\\033\\n",ARCHON_NAME=job\nLogs,job\n');
	expect(said[2]).toMatch(/^Row,job,[^,]+,stdout,a\\x\{ff\}\\u\{1b\}$/);
});

test('a name that nothing has and no log tells of is an Error', async () => {
	const archon = await Archon.start();
	const usage =
		'Logs,<name>[,lines=<count>][,since=<time|duration>][,stream=<stdout|stderr|archon>][,follow]';
	expect(
		await archon.lines('Logs,nothing\nLogs\nLogs,x,follow\nLogs,y*\nLogs,x,following\nLogs,x,follow=1\n'),
	).toEqual([
		'Error,"nothing is called ""nothing"" and there is no log of it"',
		`Error,"name is missing: ${usage}"`,
		'Error,"nothing is called ""x"" and there is no log of it"',
		'Error,"nothing matches ""y*"""',
		`Error,"""following"" is not known: ${usage}"`,
		`Error,"""follow=1"" is not known: ${usage}"`,
	]);
});

test('a process that has written nothing has no row', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['StartDaemon', 'sleep,1000', 'ARCHON_NAME=quiet']);
	expect(await client.call(['Logs', 'quiet'])).toMatchObject({ final: { tag: 'ok' }, rows: [] });
});
