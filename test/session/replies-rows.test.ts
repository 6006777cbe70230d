import { expect, test } from 'vitest';
import { requests } from '../../src/requests/index.ts';
import { Archon } from '../archon.ts';

test.each(['Status', 'Events', 'Logs,echo', 'Version', 'Help'])(
	'%s sends one Columns, any number of Rows, each with a value per column, before the final Ok',
	async (record) => {
		const archon = await Archon.start();
		await archon.lines('StartDaemon,"sleep,60"\nRun,"echo,hi"\n');
		const [first, ...rows] = await archon.lines(`${record}\n`);
		const last = rows.pop();
		const request = requests.find(({ name }) => record.startsWith(name));
		expect(first).toBe(`Columns,${request?.columns?.join(',')}`);
		expect(rows.length).toBeGreaterThan(0);
		expect(rows.filter((row) => !row.startsWith('Row,'))).toEqual([]);
		expect(last).toBe('Ok');
		const { columns, rows: values } = await (await archon.connect()).call(`${record}\n`);
		expect(values.filter((value) => value.length !== columns.length)).toEqual([]);
	},
);

test.each(['Status,nosuch*', 'Events,types=file.*', 'Logs,sleep'])(
	'%s with nothing to say sends Columns and no Row before the final Ok',
	async (record) => {
		const archon = await Archon.start();
		await archon.lines('StartDaemon,"sleep,60"\n');
		const [first, ...rest] = await archon.lines(`${record}\n`);
		expect(first).toMatch(/^Columns,[a-z]+(,[a-z]+)*$/);
		expect(rest).toEqual(['Ok']);
	},
);

test.each(['Status,nosuch', 'Logs,nosuch', 'Help,Nosuch', 'Events,since=x', 'Version,x'])(
	'%s, which is refused, sends neither Columns nor a Row, only the Error',
	async (record) => {
		const archon = await Archon.start();
		expect(await archon.lines(`${record}\n`)).toEqual([expect.stringMatching(/^Error,/)]);
	},
);

test('requests that return no data send no Columns and no Row', async () => {
	const archon = await Archon.start();
	const records = [
		'Ping',
		'Run,true',
		'StartDaemon,"sleep,60"',
		'Signal,sleep,CONT',
		'Stop,sleep',
		'Remove,sleep',
	];
	const replies = await archon.lines(records.map((record) => `${record}\n`).join(''));
	expect(replies).toEqual(['Ok', 'ExitStatus,0', 'Ok', 'Ok', 'Ok', 'Ok']);
});

test('any number of Rows: ten thousand come in order', async () => {
	const archon = await Archon.start();
	await archon.lines('Run,"seq,10000"\n');
	const { rows, final } = await (await archon.connect()).call(['Logs', 'seq', 'lines=10000']);
	expect(rows.map((row) => row[3])).toEqual(Array.from({ length: 10_000 }, (_, i) => String(i + 1)));
	expect(final).toEqual({ tag: 'ok' });
});
