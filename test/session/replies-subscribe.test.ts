import { readdirSync, readlinkSync } from 'node:fs';
import net from 'node:net';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { daemonPid } from '../live/crash.ts';
import { Lines } from '../live/lines.ts';
import { until } from '../live/until.ts';
import { Gate } from './gate.ts';
import { copies, Pass } from './pass.ts';
import { Watch } from './watch.ts';

/** Events of one Run of this program, as the types that `Subscribe` says. */
const aRun = (name: string) => [
	expect.stringMatching(`^Event,\\d+,[^,]+,process.started,${name},`),
	expect.stringMatching(`^Event,\\d+,[^,]+,process.exited,${name},.*exit=0$`),
];

/** Steps that copy so many lines of the replies. */
const lines = (count: number) => Array(count).fill('line');

test('Subscribe sends Ok first and then Event records', async () => {
	const archon = await Archon.start();
	const client = new Pass(archon, [
		'send:Subscribe,types=process.*\n',
		'line',
		'tell',
		'wait',
		...lines(2),
		'gone',
	]);
	await client.told.next();
	await archon.lines('Run,true\n');
	client.goOn();
	expect(await client.replies()).toEqual(['Ok', ...aRun('true')]);
});

test('Subscribe with since= sends Ok first, too', async () => {
	const archon = await Archon.start();
	await archon.lines('Run,true\n');
	const client = new Pass(archon, ['send:Subscribe,types=process.*,since=0\n', ...lines(3), 'gone']);
	expect(await client.replies()).toEqual(['Ok', ...aRun('true')]);
});

test('a connection that has subscribed takes no further request: what it still sends is discarded', async () => {
	const archon = await Archon.start();
	const steps = [
		'Subscribe,types=process.*\nRun,false\nPing\n',
		'line',
		'Run,false\n',
		'Nosuch\nRun,a"b\n"',
		'tell',
		'wait',
	];
	const client = new Pass(archon, [...steps.map(sent), 'send:"\nRun,false\n', ...lines(2), 'gone']);
	await client.told.next();
	await archon.lines('Run,true\n');
	client.goOn();
	expect(await client.replies()).toEqual(['Ok', ...aRun('true')]);
});

test('what a subscriber sends is discarded however much it is, and it hears on', async () => {
	const archon = await Archon.start();
	const socket = net.connect(archon.socket).setEncoding('latin1');
	const replies = new Lines(socket);
	socket.write('Subscribe,types=process.*\n');
	expect(await replies.next()).toBe('Ok');
	// Resolves when all of it has gone in, far more than the socket holds.
	await new Promise((resolve) => socket.write('x'.repeat(5_000_000), resolve));
	await archon.lines('Run,true\n');
	expect([await replies.next(), await replies.next()]).toEqual(aRun('true'));
	socket.destroy();
});

test('descriptors that a subscriber sends are closed', async () => {
	const archon = await Archon.start();
	const client = new Pass(archon, ['send:Subscribe\n', 'line', `pass:${copies(3)}:Run,true\n`]);
	expect(await client.written).toBe('');
});

test('descriptors that came behind a Subscribe in one read with it are closed', async () => {
	const archon = await Archon.start();
	const [watch, gate] = [await Watch.begin(archon), new Gate(archon)];
	// While the Run is in flight both wait, and so they are read at once.
	const waiting = [
		`send:Run,"sh,-c,${gate.wait}"\n`,
		'send:Subscribe\nPing\n',
		`pass:${copies(3)}:Run,true\n`,
	];
	const client = new Pass(archon, [...waiting, 'drop', ...lines(2), 'wait', 'gone']);
	await watch.event('process.started', 'sh');
	gate.open();
	expect(await client.written).toBe('');
	client.goOn();
	expect(await client.replies()).toEqual(['ExitStatus,0', 'Ok']);
});

test('a half-close does not end a subscription', async () => {
	const archon = await Archon.start();
	const steps = [
		'send:Subscribe,types=process.*\nRun,fal',
		'half',
		'line',
		'tell',
		'wait',
		...lines(2),
		'gone',
	];
	const client = new Pass(archon, steps);
	await client.told.next();
	await archon.lines('Run,true\n');
	client.goOn();
	expect(await client.replies()).toEqual(['Ok', ...aRun('true')]);
});

test.each([['half'], []])('a subscriber that goes is let go, after a half-close too', async (...steps) => {
	const archon = await Archon.start();
	const other = await archon.connect();
	await other.call(['Ping']);
	const before = sockets(archon);
	const client = new Pass(archon, ['send:Subscribe\n', ...steps, 'line', 'tell', 'wait', 'gone']);
	await client.told.next();
	expect(sockets(archon)).toBe(before + 1);
	client.goOn();
	await until(() => sockets(archon) === before);
});

function sent(step: string): string {
	return ['line', 'tell', 'wait'].includes(step) ? step : `send:${step}`;
}

/** How many the daemon has open. */
function sockets(archon: Archon): number {
	const directory = `/proc/${daemonPid(archon)}/fd`;
	return readdirSync(directory).filter((fd) => isSocket(`${directory}/${fd}`)).length;
}

function isSocket(path: string): boolean {
	try {
		return readlinkSync(path).startsWith('socket:');
	} catch {
		return false; // closed meanwhile
	}
}
