import { expect, test } from 'vitest';
import { requests } from '../../src/requests/index.ts';
import { Archon } from '../archon.ts';

/** One of each request that is answered and done with; `web` is a daemon. */
const good = [
	...['Ping', 'Version', 'Help', 'Help,Run', 'Status', 'Status,web', 'Status,nosuch*', 'Events', 'Logs,web'],
	...['Run,true', 'Run,false', 'Run,nosuch', 'Run,/', 'StartDaemon,"sleep,61"', 'Wait,web,running'],
	...[
		'Config',
		'Reload',
		'Reload,dry-run',
		'Usage',
		'Tree',
		'Why,web',
		'Save,web',
		'Impact,Stop,web',
		'Rules',
		'Sockets',
	],
	...['StartDaemon,"sleep,62",ARCHON_NAME=db', 'Depend,web,db', 'Undepend,web,db', 'Stop,db,0s', 'Remove,db'],
	...['Signal,web,CONT', 'Pause,web', 'Resume,web', 'Restart,web'],
	...['Stop,web,0s', 'Wait,web,stopped', 'Start,web', 'Stop,web,0s', 'Remove,web'],
];
const bad = [
	'Nosuch',
	'""',
	'Run,a"b',
	'Run,ls,-l',
	'StartDaemon,nosuch',
	'Stop,nosuch',
	'MonitorFD',
	'Wait,web,x',
	'Refresh,web',
	'Depend,web,web',
	'Impact,Ping,web',
	'MonitorPid,1',
	'BindFD,tcp:127.0.0.1:1',
	'AllocatePort,nosuch',
	'ReleasePort,1',
	'Reboot',
	'PowerOff',
	'Halt',
];

test.each([
	['good', good, /^(Ok|ExitStatus,\d+)$/],
	['bad', bad, /^Error,[^,].*$/],
])('every request gets exactly one final reply, %s ones too', async (_, records, final) => {
	const archon = await Archon.start();
	await archon.lines('StartDaemon,"sleep,60",ARCHON_NAME=web\n');
	// A mark behind each shows whose replies are whose.
	const replies = await archon.lines(records.map((record) => `${record}\nMark\n`).join(''));
	const finals = replies.filter((reply) => /^(Ok|Error|ExitStatus)/.test(reply));
	const mark = 'Error,"unknown request ""Mark""; Help lists those there are"';
	expect(finals).toEqual(records.flatMap(() => [expect.stringMatching(final), mark]));
});

test('no request is missing among those', () => {
	const asked = new Set([...good, ...bad].map((record) => record.split(',')[0]));
	const missing = requests.map(({ name }) => name).filter((name) => !asked.has(name));
	expect(missing).toEqual(['Subscribe', 'Upgrade', 'Shutdown']);
});

test('Shutdown gets exactly one final reply, and then the connection ends', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	client.send('Ping\nShutdown\nPing\n');
	expect(await Array.fromAsync(client.follow())).toEqual([['Ok'], ['Ok']]);
	expect(await archon.end()).toBe(0);
});

test('Ok: done as asked. No further fields, ever', async () => {
	const archon = await Archon.start();
	await archon.lines('StartDaemon,"sleep,60",ARCHON_NAME=web\n');
	const replies = await archon.lines(good.map((record) => `${record}\n`).join(''));
	const oks = replies.filter((reply) => reply.startsWith('Ok'));
	expect(oks).toEqual(Array(good.length - 4).fill('Ok'));
});

test.each([
	['Frob', 'unknown request "Frob"', 'Help lists those there are'],
	['status', 'unknown request "status"', 'did you mean Status?'],
	['Run,ls,-l', '"-l" is not key=value', 'to pass arguments write Run,"ls,-l"'],
	['Run,a"b', 'a quote stands inside a field', 'double the quotes in it'],
	['Stop', 'name is missing', 'Stop,<name>'],
	['Ping,x', '"x" is a field too many', ': Ping'],
	['Stop,nosuch', '"nosuch"', ''],
	['Signal,web,NOSUCH', '"NOSUCH" is not a signal', 'write HUP, SIGHUP or 1'],
	['Stop,web,soon', '"soon" is not a duration', 'write 200ms, 5s, 2m or 1h'],
	['StartDaemon,ls,ARCHON_NAME=a b', '"a b" is not a name', 'letters, digits and _.@-'],
	['StartDaemon,true,ARCHON_NAME=web', '"web"', 'taken'],
	['StartDaemon,nosuch', 'cannot start "nosuch"', 'exec: no such file or directory'],
	['Remove,web', '"web" is running', 'Stop,web first'],
	['MonitorFD', 'MonitorFD takes 1 descriptor', ''],
	['Help,Nosuch', '"Nosuch"', 'Help alone lists those there are'],
])(
	'the reason of an Error is one readable line that names what was wrong and the remedy: %s',
	async (record, wrong, remedy) => {
		const archon = await Archon.start();
		await archon.lines('StartDaemon,"sleep,60",ARCHON_NAME=web\n');
		const { final } = await (await archon.connect()).call(`${record}\n`);
		const reason = final.tag === 'error' ? final.reason : '';
		expect(reason).toMatch(/^[ -~]{10,200}$/);
		expect(reason).toContain(wrong);
		expect(reason).toContain(remedy);
	},
);

test('the reason of an Error stays readable, however long what was wrong is', async () => {
	const archon = await Archon.start();
	const long = 'x'.repeat(100_000);
	const records = [long, `Ping,${long}`, `Help,${long}`, `Stop,${long}`, `Run,true,${long}`, `Run,a"${long}`];
	const more = [
		`Logs,x,${long}`,
		`Subscribe,${long}=1`,
		`StartDaemon,${long}`,
		`StartDaemon,ls,ARCHON_DIRECTORY=${long}`,
	];
	const replies = await archon.lines([...records, ...more].map((record) => `${record}\n`).join(''));
	expect(replies.map((reply) => reply.slice(0, 6))).toEqual(Array(10).fill('Error,'));
	expect(Math.max(...replies.map((reply) => reply.length))).toBeLessThan(600);
});

test.each([
	['true', 0],
	['sh,-c,exit 3', 3],
	['sh,-c,exit 255', 255],
	['sh,-c,kill -9 $$', 137],
	['sh,-c,kill -TERM $$', 143],
	['/nosuch', 127],
	['/', 126],
])('ExitStatus is the result of Run, neither good nor bad: %s is %i', async (args, code) => {
	const archon = await Archon.start();
	expect(await archon.lines(`Run,"${args}"\nPing\n`)).toEqual([`ExitStatus,${code}`, 'Ok']);
});
