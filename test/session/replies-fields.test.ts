import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { ours, Pass } from './pass.ts';

const error = (said: string) => expect.stringMatching(`^Error,.*${said}`);

test.each(['Run', 'StartDaemon'])(
	'a %s whose <args> hold more than one CSV record is an Error',
	async (request) => {
		const archon = await Archon.start();
		const more = ['true\nls', 'true\r\nls', '"true"\nls', 'true\n\n\nls\n', 'true,"a\nb"\nls'];
		const records = more.map((args) => `${request},${quoted(args)}\n`);
		expect(await archon.lines(records.join(''))).toEqual(
			more.map(() => error('the arguments are more than one CSV record')),
		);
		expect(await archon.say('Events,types=process.*\n')).toBe('Columns,seq,time,type,name,fields\nOk\n');
	},
);

test('<args> that hold one CSV record with line breaks in quotes are none of those', async () => {
	const archon = await Archon.start();
	expect(await archon.lines(`Run,${quoted('test,"a\nb",=,"a\nb"')}\n`)).toEqual(['ExitStatus,0']);
});

test('<args> that hold no CSV record, or no program, are an Error', async () => {
	const archon = await Archon.start();
	const odd = ['true,a"b', 'true,"a"b', 'true,"a', '', '\n', ',', '""', '"",a'];
	const records = odd.map((args) => `Run,${quoted(args)}\nStartDaemon,${quoted(args)}\n`);
	expect(await archon.lines(records.join(''))).toEqual(Array(2 * odd.length).fill(error('')));
});

test('a field too many is an Error, and nothing is done', async () => {
	const records = [
		...['Ping,x', 'Ping,', 'Version,x', 'Help,Ping,x', 'Status,web,x'],
		...['Stop,web,1s,x', 'Signal,web,KILL,x', 'Wait,web,running,1s,x', 'Remove,web,x'],
		...['Shutdown,x', 'Shutdown,'],
	];
	expect(await refusals(records)).toEqual(records.map((record) => [record, error('is a field too many')]));
});

test('a field too many is an Error: MonitorFD,name,x', async () => {
	const archon = await Archon.start();
	const client = new Pass(archon, [`pass:${ours}:MonitorFD,name,x\n`, 'half']);
	expect(await client.replies()).toEqual([error('is a field too many')]);
	expect(await client.written).toBe('');
});

test('a field that the request does not know is an Error, and nothing is done', async () => {
	const records = [
		...['Run,true,-l', 'StartDaemon,true,-l', 'Logs,web,liness=1', 'Logs,web,1', 'Logs,web,lines=1,x'],
		...['Events,nosuch=1', 'Events,process.*', 'Subscribe,nosuch=1', 'Subscribe,process.*'],
	];
	const why = error('(is not known|is not key=value|unknown key)');
	expect(await refusals(records)).toEqual(records.map((record) => [record, why]));
});

test('an empty field where a value belongs is an Error, and nothing is done', async () => {
	const records = [
		...['Run,', 'Run,true,', 'Run,true,=x', 'Run,true,ARCHON_NAME=', 'StartDaemon,', 'StartDaemon,true,'],
		...['NAME', 'DIRECTORY', 'RESTART', 'USER', 'READY'].map((key) => `StartDaemon,true,ARCHON_${key}=`),
		...['Status,', 'Help,', 'Stop,', 'Stop,web,', 'Signal,,KILL', 'Signal,web,', 'Remove,'],
		...['Wait,,running', 'Wait,web,', 'Wait,web,running,', 'Logs,', 'Logs,web,', 'Logs,web,lines='],
		...['Events,', 'Events,since=', 'Events,types=', 'Subscribe,', 'Subscribe,since=', 'Subscribe,names='],
	];
	expect(await refusals(records)).toEqual(records.map((record) => [record, error('')]));
});

test('an empty field where a value belongs is an Error: MonitorFD,', async () => {
	const archon = await Archon.start();
	const client = new Pass(archon, [`pass:${ours}:MonitorFD,\n`, 'half']);
	expect(await client.replies()).toEqual([error('name: """" is not a name')]);
	expect(await client.written).toBe('');
});

test('a field that is missing is an Error', async () => {
	const records = ['Run', 'StartDaemon', 'Stop', 'Signal,web', 'Wait,web', 'Remove', 'Logs'];
	expect(await refusals(records)).toEqual(records.map((record) => [record, error('is missing: ')]));
});

/** Each record with its one reply; a daemon and the rest of archon are as before. */
async function refusals(records: readonly string[]): Promise<[string, string | undefined][]> {
	const archon = await Archon.start();
	await archon.lines('StartDaemon,"sleep,60",ARCHON_NAME=web\n');
	const replies = await archon.lines(records.map((record) => `${record}\n`).join(''));
	expect(replies.length).toBe(records.length);
	const events = 'Events,types=process.*,exclude=process.st*;process.ready\n';
	expect(await archon.lines(`Status\n${events}`)).toEqual([
		expect.stringMatching(/^Columns,/),
		expect.stringMatching(/^Row,web,daemon,running,\d+,\d+,0,-,$/),
		'Ok',
		expect.stringMatching(/^Columns,/),
		'Ok',
	]);
	return records.map((record, i) => [record, replies[i]]);
}

function quoted(field: string): string {
	return `"${field.replaceAll('"', '""')}"`;
}
