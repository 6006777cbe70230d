import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formatArgs } from '../../src/protocol/args.ts';
import { joinRecord } from '../../src/protocol/join.ts';
import { Archon } from '../archon.ts';
import { play } from '../session/actor.ts';
import { ask, daemon, names, pidOf, rows, status } from '../session/ask.ts';
import { Gate } from '../session/gate.ts';
import { copies, Pass } from '../session/pass.ts';
import { Watch } from '../session/watch.ts';
import { type Client, client } from './client.ts';
import { crash } from './crash.ts';
import { isAlive, Told } from './told.ts';

const nap = (name: string, more = '') => `[service.${name}]\nrun = ["sleep", "60"]\n${more}\n`;

/** A daemon that does not mind TERM. */
async function deaf(archon: Archon): Promise<number> {
	const told = new Told(archon.directory);
	await daemon(archon, 'deaf', `trap "" TERM; echo up > ${told.path}; while :; do sleep 60; done`);
	await told.next();
	return pidOf(archon, 'deaf');
}

test('a Stop goes on over two crashes, is answered once, and what is behind it is, too', async () => {
	const archon = await Archon.start();
	const pid = await deaf(archon);
	const [watch, { say, hear }] = [await Watch.begin(archon), await client(archon)];
	await say('Ping\nStop,deaf,1s\nPing\nStatus,deaf\nRun,"sh,-c,exit 4"\nPing\n');
	await watch.event('process.stopping', 'deaf');
	await crash(archon);
	await ask(archon, 'Ping');
	await crash(archon);
	expect(await hear(8)).toEqual([
		...['Ok', 'Ok', 'Ok', expect.stringMatching(/^Columns/)],
		...[expect.stringMatching(/^Row,deaf,daemon,stopped/), 'Ok', 'ExitStatus,4', 'Ok'],
	]);
	expect([isAlive(pid), (await status(archon, 'deaf'))['state']]).toEqual([false, 'stopped']);
});

test('a Restart that had begun restarts once, with what requires it', async () => {
	const archon = await Archon.configured(nap('db') + nap('web', 'requires = ["db"]'));
	await ask(archon, 'Wait', 'web', 'running');
	const before = await pidOf(archon, 'db');
	const { say, hear } = await client(archon);
	await say('Restart,db\nPing\n');
	await crash(archon);
	expect(await hear(2)).toEqual(['Ok', 'Ok']);
	expect(await pidOf(archon, 'db')).not.toBe(before);
	await ask(archon, 'Wait', 'web', 'running');
	const started = (await rows(archon, 'Events', 'types=process.started')).map(({ name }) => name);
	expect(started.sort()).toEqual(['db', 'db', 'web', 'web']);
});

test('a Restart under way when the daemon dies does not end what it has started', async () => {
	const { archon, actor } = await play('ready = "notify"');
	await actor.does('notify("READY=1")');
	expect(await ask(archon, 'Wait', 'web', 'running')).toBe('Ok');
	const { say, hear } = await client(archon);
	const watch = await Watch.begin(archon, 'types=process.started');
	await say('Restart,web\n');
	await watch.event('process.started', 'web');
	const pid = await pidOf(archon, 'web');
	await crash(archon);
	expect(await status(archon, 'web')).toMatchObject({ state: 'starting', pid: String(pid) });
	await ask(archon, 'Stop', 'web');
	expect(await hear(1)).toEqual([expect.stringMatching(/^Error,.*overtook this one/)]);
});

test('a Start waits on for what makes it ready', async () => {
	const { archon, actor } = await play('ready = "notify"');
	const { say, hear } = await client(archon);
	await say('Start,web\nStatus,web\n');
	await ask(archon, 'Ping');
	await crash(archon, () => actor.does('notify("READY=1")'));
	expect((await hear(2))[0]).toBe('Ok');
});

test('a Stop that a later Start overtook is not done again', async () => {
	const archon = await Archon.start();
	await deaf(archon);
	const [watch, first] = [await Watch.begin(archon), await client(archon)];
	await first.say('Stop,deaf,1s\n');
	await watch.event('process.stopping', 'deaf');
	const second = await client(archon);
	await second.say('Start,deaf\n');
	expect(await first.hear(1)).toEqual([expect.stringMatching(/^Error,.*is starting: a later request/)]);
	expect(await second.hear(1)).toEqual(['Ok']);
	await crash(archon);
	expect(await status(archon, 'deaf')).toMatchObject({ state: 'running' });
	await ask(archon, 'Stop', 'deaf', '0s');
});

test('a Wait ends when it would have: in its state, or when its time is over', async () => {
	const archon = await Archon.start();
	await daemon(archon, 'web', 'exec sleep 60');
	const [reached, late] = [await client(archon), await client(archon)];
	const since = performance.now();
	await reached.say('Wait,web,stopped\n');
	await late.say('Wait,web,failed,900ms\n');
	await ask(archon, 'Ping');
	await crash(archon);
	expect(await late.hear(1)).toEqual(['Error,"""web"" is still running after 900ms"']);
	const passed = performance.now() - since;
	expect(passed).toBeGreaterThan(850);
	await ask(archon, 'Stop', 'web');
	expect(await reached.hear(1)).toEqual(['Ok']);
});

test('a Stop of a Run that ends while no daemon is there is Ok, and so is its ExitStatus there', async () => {
	const archon = await Archon.start();
	const [told, gate] = [new Told(archon.directory), new Gate(archon)];
	const script = `trap "" TERM; echo up > ${told.path}; ${gate.wait}; exit 3`;
	const [run, stop] = [await client(archon), await client(archon)];
	await run.say(`${joinRecord(['Run', formatArgs(['sh', '-c', script]), 'ARCHON_NAME=job'])}\n`);
	await told.next();
	const watch = await Watch.begin(archon);
	await stop.say('Stop,job,30s\n');
	await ask(archon, 'Wait', 'job', 'stopping');
	await crash(archon, async () => {
		gate.open();
		expect(await run.hear(1)).toEqual(['ExitStatus,3']);
	});
	expect(await stop.hear(1)).toEqual(['Ok']);
	expect(await names(archon)).toEqual([]);
	void watch;
});

test('what was written while the daemon saw nothing is carried out by the next one, each once', async () => {
	const archon = await Archon.configured(nap('a') + nap('b', 'manual = true') + nap('c'));
	await ask(archon, 'Wait', 'c', 'running');
	const requests = {
		'Start,b': 'Ok',
		'Stop,a': 'Ok',
		'Restart,c': 'Ok',
		'Wait,a,stopped': 'Ok',
		'StartDaemon,"sleep,60",ARCHON_NAME=d': 'Ok',
		'Run,"sh,-c,exit 9"': 'ExitStatus,9',
		'Stop,nobody': expect.stringMatching(/^Error/),
		'Run,ls,-l': expect.stringMatching(/^Error/),
		Ping: 'Ok',
	};
	const known = await Promise.all(Object.keys(requests).map(() => client(archon)));
	const later: Client[] = [];
	await ask(archon, 'Ping');
	await crash(archon, async () => {
		for (const [i, request] of Object.keys(requests).entries()) {
			await known[i]?.say(`${request}\nPing\n`);
			later.push(await client(archon));
			await later[i]?.say('Ping\n');
		}
	});
	for (const [i, reply] of Object.values(requests).entries()) {
		expect(await known[i]?.hear(2)).toEqual([reply, 'Ok']);
		expect(await later[i]?.hear(1)).toEqual(['Ok']);
	}
	const started = (await rows(archon, 'Events', 'types=process.started')).map(({ name }) => name);
	expect(started.sort()).toEqual(['a', 'b', 'c', 'c', 'd', 'sh']);
});

test('a request that was read in part is whole when the rest has come', async () => {
	const archon = await Archon.start();
	const { say, hear } = await client(archon);
	const request = 'Run,"sh,-c,exit 5"\nStop,nobody\n';
	for (const byte of request.slice(0, 20)) {
		await say(byte);
		if ('Run,\n'.includes(byte)) {
			await ask(archon, 'Ping');
			await crash(archon);
		}
	}
	await say(request.slice(20));
	expect(await hear(2)).toEqual(['ExitStatus,5', expect.stringMatching(/^Error,/)]);
});

test('the same goes for one of 1 MiB, which no socket holds', async () => {
	const archon = await Archon.start();
	const { say, hear } = await client(archon);
	const request = `Run,true,LONG=${'x'.repeat(1_000_000)},A=b\nPing\n`;
	await say(request.slice(0, 600_000));
	await crash(archon);
	await say(request.slice(600_000));
	// A setting as long as this one is too long for execve(2).
	expect(await hear(2)).toEqual(['ExitStatus,126', 'Ok']);
});

test('a client that has shut down its writing side gets all it is owed, and then the end', async () => {
	const archon = await Archon.start();
	await deaf(archon);
	const [watch, { socket, hear }] = [await Watch.begin(archon), await client(archon)];
	socket.end('Stop,deaf,500ms\nRemove,deaf\nRun,true\nRun,fal');
	await watch.event('process.stopping', 'deaf');
	await crash(archon);
	expect(await hear(5)).toEqual([
		...['Ok', 'Ok', 'ExitStatus,0'],
		'Error,the record was cut off by the end of the stream',
		undefined,
	]);
});

test('what a client that is gone had asked for is done all the same', async () => {
	const archon = await Archon.start();
	await daemon(archon, 'web', 'exec sleep 60');
	const [early, late] = [await client(archon), await client(archon)];
	await ask(archon, 'Ping');
	await crash(archon, async () => {
		await early.say('Restart,web\nRestart,nobody\nStop,web\nRun,"sh,-c,exit 1",ARCHON_NAME=last\n');
		early.socket.destroy();
		await late.say('Wait,web,failed\n');
		late.socket.destroy();
	});
	expect(await ask(archon, 'Wait', 'web', 'stopped')).toBe('Ok');
	await expect.poll(() => rows(archon, 'Events', 'names=last')).toHaveLength(2);
	expect(await rows(archon, 'Events', 'types=process.started', 'names=web')).toHaveLength(2);
});

test('descriptors that came with a request are there, and nobody holds them longer than its process', async () => {
	const archon = await Archon.start();
	mkdirSync(`${archon.directory}/here`);
	await ask(archon, 'Ping');
	let pass: Pass | undefined;
	await crash(archon, async () => {
		pass = new Pass(archon, [`pass:${copies(3)}:Run,"sh,-c,echo one; exit 6"\n`, 'tell', 'half']);
		await pass.told.next();
	});
	expect(await pass?.replies()).toEqual(['ExitStatus,6']);
	expect(await pass?.written).toBe('one\n');
	const told = new Told(archon.directory);
	const gate = new Gate(archon);
	const script = `echo two; exec >&- 2>&- <&-; echo up > ${told.path}; ${gate.wait}; exit 7`;
	pass = new Pass(archon, [
		`pass:${copies(3)}:${joinRecord(['Run', formatArgs(['sh', '-c', script])])}\n`,
		'half',
		'drop',
	]);
	await told.next();
	await crash(archon);
	await ask(archon, 'Ping');
	expect(await pass.written).toBe('two\n');
	gate.open();
	expect(await pass.replies()).toEqual(['ExitStatus,7']);
});

test('descriptors of a request behind one in flight are there when its turn comes', async () => {
	const archon = await Archon.start();
	const gate = new Gate(archon);
	await ask(archon, 'Ping');
	let pass: Pass | undefined;
	// All of it is there before a daemon reads: one read.
	await crash(archon, async () => {
		pass = new Pass(archon, [
			`send:${joinRecord(['Run', formatArgs(['sh', '-c', gate.wait])])}\n`,
			`pass:${copies(3)}:Run,"sh,-c,echo mine"\n`,
			...['tell', 'half', 'drop'],
		]);
		await pass.told.next();
	});
	const watch = await Watch.begin(archon, 'since=0', 'types=process.started');
	await watch.event('process.started', 'sh');
	await crash(archon);
	gate.open();
	expect(await pass?.replies()).toEqual(['ExitStatus,0', 'ExitStatus,0']);
	expect(await pass?.written).toBe('mine\n');
});

test('a StartDaemon that fails says so, whenever the daemon dies', async () => {
	const archon = await Archon.start();
	const { say, hear } = await client(archon);
	await ask(archon, 'Ping');
	await crash(archon, () => say('StartDaemon,nosuch\nPing\n'));
	expect(await hear(2)).toEqual(['Error,"cannot start ""nosuch"": exec: no such file or directory"', 'Ok']);
	expect(await names(archon)).toEqual([]);
});
