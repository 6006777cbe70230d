import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';

test('Events shows the journal as rows and ends', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['Run', 'true']);
	const { columns, rows, final } = await client.call(['Events']);
	expect(columns).toEqual(['seq', 'time', 'type', 'name', 'fields']);
	expect(rows.map((row) => [row[0], row[2], row[3]])).toEqual([
		['1', 'daemon.started', '-'],
		['2', 'process.started', 'true'],
		['3', 'process.exited', 'true'],
	]);
	expect(rows[1]?.[1]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
	expect(rows[2]?.[4]).toMatch(/^pid=\d+,start=1,exit=0$/);
	expect(final).toEqual({ tag: 'ok' });
});

test('since= takes a number, a time or a duration; beyond the newest is an Error', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['Run', 'true']);
	const seqs = async (since: string) =>
		(await client.call(['Events', `since=${since}`])).rows.map((row) => row[0]);
	expect(await seqs('1')).toEqual(['2', '3']);
	expect(await seqs('1h')).toEqual(['1', '2', '3']);
	expect(await seqs('2000-01-01T00:00:00.000Z')).toEqual(['1', '2', '3']);
	expect(await seqs('3')).toEqual([]);
	expect((await client.call(['Events', 'since=4'])).final.tag).toBe('error');
});

test('types, names and exclude are globs, several with ; between them', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['Run', 'true', 'ARCHON_NAME=a']);
	await client.call(['Run', 'true', 'ARCHON_NAME=b']);
	const shown = async (...filters: string[]) =>
		(await client.call(['Events', ...filters])).rows.map((row) => `${row[2]} ${row[3]}`);
	expect(await shown('types=*.exited')).toEqual(['process.exited a', 'process.exited b']);
	expect(await shown('types=process.started;daemon.*', 'names=b;-')).toEqual([
		'daemon.started -',
		'process.started b',
	]);
	expect(await shown('types=process.*', 'exclude=b')).toEqual(['process.started a', 'process.exited a']);
	expect((await client.call(['Events', 'type=x'])).final.tag).toBe('error');
});

test('types= takes what rules emit, and of archon’s own only what there is', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	expect(await client.call(['Events', 'types=pager.*;pager.sent'])).toMatchObject({
		rows: [],
		final: { tag: 'ok' },
	});
	const { final } = await client.call(['Events', 'types=pager.*;process.exit']);
	expect(final).toMatchObject({ tag: 'error', reason: expect.stringContaining('"process.exit"') });
	const events = await archon.ctl(['events', '--types', 'pager.*']);
	expect(events.code).toBe(0);
});

test('seq grows by one and never repeats, also across restarts', async () => {
	const directory = temporary();
	for (let n = 0; n < 3; n++) {
		const archon = await Archon.start(directory);
		await archon.lines('Run,true\n');
		await archon.end();
	}
	const archon = await Archon.start(directory);
	const { rows } = await (await archon.connect()).call(['Events']);
	expect(rows.map((row) => Number(row[0]))).toEqual(rows.map((_, i) => i + 1));
	expect(rows.length).toBeGreaterThanOrEqual(10);
});

test('what an event says of the environment is nothing', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['Run', 'true', 'SECRET=hunter2']);
	expect(JSON.stringify((await client.call(['Events'])).rows)).not.toContain('hunter2');
});

test('whoever got an ExitStatus finds the event in the journal', async () => {
	const archon = await Archon.start();
	const runner = await archon.connect();
	const reader = await archon.connect();
	for (let n = 1; n <= 50; n++) {
		await runner.call(['Run', 'true', `ARCHON_NAME=n${n}`]);
		const { rows } = await reader.call(['Events', 'types=process.exited', `names=n${n}`]);
		expect(rows).toHaveLength(1);
	}
});
