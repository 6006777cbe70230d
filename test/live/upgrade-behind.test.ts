import { renameSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { ask, daemon } from '../session/ask.ts';
import { copies, Pass } from '../session/pass.ts';
import { client } from './client.ts';
import { crash, daemonPid } from './crash.ts';
import { Installed } from './installed.ts';
import { Striking } from './striking.ts';
import { Told } from './told.ts';

const over = 'archond: the daemon has ended for an upgrade';
const unknown = expect.stringMatching(/^Error,.*unknown request/);

test('what is sent behind Upgrade in one write is answered by the next daemon, in order, and is done', async () => {
	const archon = await Archon.start();
	for (const [sent, replies] of [
		['Upgrade\nPing\nNobody\n', ['Ok', 'Ok', unknown]],
		['Ping\nUpgrade\nPing\n', ['Ok', 'Ok', 'Ok']],
		['Upgrade\nRun,"sh,-c,exit 3"\n', ['Ok', 'ExitStatus,3']],
		['Upgrade\nUpgrade\nPing\n', ['Ok', 'Ok', 'Ok']],
		['Upgrade,x\nUpgrade\nNobody\n', [expect.stringMatching(/^Error,.*field too many/), 'Ok', unknown]],
	] as const) {
		const before = daemonPid(archon);
		const { say, hear } = await client(archon);
		await say(sent);
		expect(await hear(replies.length)).toEqual(replies);
		expect(daemonPid(archon)).not.toBe(before);
		// Nothing is off by one from then on.
		await say('Nobody\nPing\n');
		expect(await hear(2)).toEqual([unknown, 'Ok']);
	}
	await daemon(archon, 'web', 'exec sleep 60');
	const { say, hear } = await client(archon);
	await say('Upgrade\nStop,web\nStart,web\nStop,web\nRemove,web\nPing\n');
	expect(await hear(6)).toEqual(Array(6).fill('Ok'));
	expect(archon.said.split(over)).toHaveLength(8);
});

test('a record behind Upgrade that is cut in the middle is whole when the rest has come', async () => {
	const archon = await Archon.start();
	const { socket, say, hear } = await client(archon);
	await say('Upgrade\nNob');
	expect(await hear(1)).toEqual(['Ok']);
	await say('ody\nPi');
	expect(await hear(1)).toEqual([unknown]);
	socket.end('ng\nUpgrade\nPing\nRun,fal');
	expect(await hear(5)).toEqual([
		...['Ok', 'Ok', 'Ok', 'Error,the record was cut off by the end of the stream', undefined],
	]);
});

test('descriptors of a request behind Upgrade are with its process', async () => {
	const archon = await Archon.start();
	const { replies, written } = await crashed(archon, [
		'send:Ping\nUpgrade\n',
		`pass:${copies(3)}:Run,"sh,-c,echo mine"\n`,
		...['tell', 'half', 'drop'],
	]);
	expect(replies).toEqual(['Ok', 'Ok', 'ExitStatus,0']);
	expect(written).toBe('mine\n');
	expect(archon.said.split(over)).toHaveLength(2);
});

test('what is behind an Upgrade that is refused is answered by the daemon that goes on', async () => {
	const installed = new Installed();
	const archon = await installed.start();
	const before = daemonPid(archon);
	installed.daemon('throw new Error("broken on the way");');
	const { say, hear } = await client(archon);
	await say('Upgrade\nNobody\nPi');
	expect(await hear(2)).toEqual([expect.stringMatching(/^Error,.*nothing was exchanged/), unknown]);
	await say('ng\n');
	expect(await hear(1)).toEqual(['Ok']);
	expect(daemonPid(archon)).toBe(before);
});

test('where what is behind Upgrade cannot be kept nothing is exchanged, and it is answered', async () => {
	const archon = await Archon.start();
	const before = daemonPid(archon);
	const { say, hear } = await client(archon);
	// What begins with a NUL is not written down.
	await say('\0\nUpgrade\nPing\n');
	expect(await hear(3)).toEqual([
		...[
			expect.stringMatching(/^Error,/),
			expect.stringMatching(/^Error,"?nothing was exchanged: what was sent/),
		],
		'Ok',
	]);
	expect(daemonPid(archon)).toBe(before);
	await say('\0\nUpgrade\n');
	expect(await hear(2)).toEqual([expect.stringMatching(/^Error,/), 'Ok']);
	expect(daemonPid(archon)).not.toBe(before);
	await say('Nobody\n');
	expect(await hear(1)).toEqual([unknown]);
});

test('a daemon that is killed while it looks whether an Upgrade may be leaves it to the next, with what is behind', async () => {
	const { archon, told, goOn } = await held();
	const { say, hear } = await client(archon);
	await say('Upgrade\nRun,"sh,-c,exit 3"\nPing\nNobody\n');
	for (let i = 0; i < 2; i++) {
		await told.next();
		await crash(archon);
	}
	await told.next();
	goOn();
	expect(await hear(4)).toEqual(['Ok', 'ExitStatus,3', 'Ok', unknown]);
	expect(archon.said.split(over)).toHaveLength(2);
});

const told = /^channelSend Upgrade/;
const noted = /^writing .*"begun".* to .*\/book/s;

test.each([
	{ when: 'before', at: told, exchanges: 1 },
	// Whether the next one is the one that was asked for is not written down yet: it is exchanged once more.
	{ when: 'after', at: told, exchanges: 2 },
	{ when: 'before', at: noted, exchanges: 2 },
	{ when: 'amid', at: noted, exchanges: 2 },
	{ when: 'after', at: noted, exchanges: 1 },
] as const)(
	'a daemon that is killed $when $at of an Upgrade: its reply and what is behind come once',
	async ({ exchanges, ...blow }) => {
		const [archon, program] = await Striking.configured('');
		const { say, hear } = await client(archon);
		await ask(archon, 'Ping');
		program.orderStep(/^/, { ...blow, nth: 1 });
		await say('Upgrade\nRun,"sh,-c,exit 3"\nNobody\n');
		expect(await hear(3)).toEqual(['Ok', 'ExitStatus,3', unknown]);
		expect(program.takeBack().hasDied).toBe(true);
		await say('Ping\n');
		expect(await hear(1)).toEqual(['Ok']);
		expect(archon.said.split(over)).toHaveLength(exchanges + 1);
	},
);

test('of several Upgrades at the same time each has its Ok, and what is behind it is answered', async () => {
	const { archon, told, goOn } = await held();
	const clients = await Promise.all([1, 2, 3].map(() => client(archon)));
	for (const { say } of clients) {
		await say('Upgrade\nNobody\n');
		await told.next();
	}
	goOn();
	for (const { hear } of clients) {
		expect(await hear(2)).toEqual(['Ok', unknown]);
	}
	expect(await ask(archon, 'Ping')).toBe('Ok');
});

/** An archond whose `Upgrade` tells when it looks at what is installed, and waits there until it may go on. */
async function held() {
	const installed = new Installed();
	const archon = await installed.start();
	const told = new Told(archon.directory);
	const go = `${archon.directory}/go`;
	const waits = `while [ -d ${archon.directory} ] && [ ! -e ${go} ]; do sleep 0.01; done`;
	writeFileSync(installed.path('new'), `#!/bin/sh\necho looks > ${told.path}; ${waits}; exit 111\n`, {
		mode: 0o755,
	});
	renameSync(installed.path('new'), installed.path('archon-binder'));
	return { archon, told, goOn: () => writeFileSync(go, '') };
}

/** What became of a client whose steps were all there before a daemon read them. */
async function crashed(archon: Archon, steps: readonly string[]) {
	await ask(archon, 'Ping');
	let pass: Pass | undefined;
	await crash(archon, async () => {
		pass = new Pass(archon, steps);
		await pass.told.next();
	});
	return { replies: await pass?.replies(), written: await pass?.written };
}
