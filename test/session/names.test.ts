import { mkdirSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formatArgs } from '../../src/protocol/args.ts';
import { Archon } from '../archon.ts';
import { ask, daemon, names } from './ask.ts';
import { monitor, sleeper } from './foreign.ts';
import { Watch } from './watch.ts';

const sleep = formatArgs(['sleep', '60']);

/** A program of that name (bytes, latin1) that runs until it is ended. */
function program(archon: Archon, name: string): string {
	const path = `${archon.directory}/programs/${name}`;
	mkdirSync(`${archon.directory}/programs`, { recursive: true });
	symlinkSync('/bin/sleep', Buffer.from(path, 'latin1'));
	return path;
}

/** The name that a daemon of a program with this base name gets. */
async function nameOf(archon: Archon, base: string): Promise<string> {
	const before = await names(archon);
	expect(await ask(archon, 'StartDaemon', formatArgs([program(archon, base), '60']))).toBe('Ok');
	return (await names(archon)).filter((name) => !before.includes(name)).join();
}

/** Starts a Run of `sleep` and waits until it runs. */
async function run(archon: Archon, ...settings: string[]): Promise<string> {
	const watch = await Watch.begin(archon, 'types=process.started');
	void ask(archon, 'Run', sleep, ...settings);
	return (await watch.event('process.started'))[4] ?? '';
}

test('a daemon is called by the base name of its program', async () => {
	const archon = await Archon.start();
	await ask(archon, 'StartDaemon', sleep);
	await ask(archon, 'StartDaemon', formatArgs([program(archon, 'web.server-2'), '60']));
	expect(await names(archon)).toEqual(['sleep', 'web.server-2']);
});

test('when that is taken it is nginx-2, nginx-3, ...: the lowest free number', async () => {
	const archon = await Archon.start();
	const start = () => ask(archon, 'StartDaemon', formatArgs(['sh', '-c', 'exec sleep 60']));
	expect([await start(), await start(), await start()]).toEqual(['Ok', 'Ok', 'Ok']);
	expect(await names(archon)).toEqual(['sh', 'sh-2', 'sh-3']);
	await archon.lines('Stop,sh-2\nRemove,sh-2\n');
	await start();
	expect(await names(archon)).toEqual(['sh', 'sh-2', 'sh-3']);
	await archon.lines('Stop,sh\nRemove,sh\n');
	await start();
	await start();
	expect(await names(archon)).toEqual(['sh', 'sh-2', 'sh-3', 'sh-4']);
});

test('a number that somebody chose is not given out again', async () => {
	const archon = await Archon.start();
	await ask(archon, 'StartDaemon', sleep, 'ARCHON_NAME=sleep-2');
	await archon.lines(`StartDaemon,"${sleep}"\nStartDaemon,"${sleep}"\n`);
	expect(await names(archon)).toEqual(['sleep', 'sleep-2', 'sleep-3']);
});

test('ARCHON_NAME=web chooses one', async () => {
	const archon = await Archon.start();
	expect(await ask(archon, 'StartDaemon', sleep, 'ARCHON_NAME=web')).toBe('Ok');
	expect(await run(archon, 'ARCHON_NAME=job')).toBe('job');
	expect(await names(archon)).toEqual(['job', 'web']);
});

test('--name web chooses one', async () => {
	const archon = await Archon.start();
	expect(await archon.ctl(['start-daemon', '--name', 'web', 'sleep,60'])).toMatchObject({ code: 0 });
	expect(await names(archon)).toEqual(['web']);
});

test('names are [A-Za-z0-9][A-Za-z0-9_.@-]{0,63}', async () => {
	const archon = await Archon.start();
	const longest = 'x'.repeat(64);
	const good = ['a', '0', 'A_.@-z', 'web@1', longest];
	for (const name of good) {
		expect([name, await ask(archon, 'StartDaemon', sleep, `ARCHON_NAME=${name}`)]).toEqual([name, 'Ok']);
	}
	expect((await names(archon)).sort()).toEqual([...good].sort());
	for (const name of [
		'',
		'_a',
		'.a',
		'@a',
		'-a',
		'a b',
		'a/b',
		'a*',
		'a,b',
		'a\n',
		'a=b',
		'\xc3\xbc',
		`${longest}x`,
	]) {
		const reply = await ask(archon, 'StartDaemon', sleep, `ARCHON_NAME=${name}`);
		expect([name, reply]).toEqual([name, expect.stringMatching(/^Error,"ARCHON_NAME: .* is not a name: /)]);
	}
	expect(await names(archon)).toHaveLength(good.length);
});

test('in a base name other characters become _', async () => {
	const archon = await Archon.start();
	expect(await nameOf(archon, 'my prog+x')).toBe('my_prog_x');
	expect(await nameOf(archon, 'gr\xc3\xbcn,\x80\n"')).toBe('gr_n____');
});

test('in a base name leading _.@- are dropped', async () => {
	const archon = await Archon.start();
	expect(await nameOf(archon, '.-@_+web_')).toBe('web_');
	expect(await nameOf(archon, '-1')).toBe('1');
});

test('of a base name the first 56 characters are kept', async () => {
	const archon = await Archon.start();
	expect(await nameOf(archon, 'x'.repeat(57))).toBe('x'.repeat(56));
	expect(await nameOf(archon, 'x'.repeat(58))).toBe(`${'x'.repeat(56)}-2`);
	expect(await nameOf(archon, `..${'y'.repeat(56)}z`)).toBe('y'.repeat(56));
});

test('if none remain the name is process', async () => {
	const archon = await Archon.start();
	expect(await nameOf(archon, '+++')).toBe('process');
	expect(await nameOf(archon, '._-')).toBe('process-2');
});

test('a chosen name that is taken is an Error', async () => {
	const archon = await Archon.start();
	await ask(archon, 'StartDaemon', sleep, 'ARCHON_NAME=web');
	expect(await ask(archon, 'StartDaemon', sleep, 'ARCHON_NAME=web')).toMatch(
		/^Error,"the name ""web"" is taken/,
	);
	expect(await ask(archon, 'Run', sleep, 'ARCHON_NAME=web')).toMatch(/^Error,"the name ""web"" is taken/);
	expect(await names(archon)).toEqual(['web']);
});

test('daemons, runs and foreign processes share one set of names', async () => {
	const archon = await Archon.start();
	await daemon(archon, 'daemon', 'exec sleep 60');
	await run(archon, 'ARCHON_NAME=run');
	expect(await monitor(archon, [sleeper().pidfd], 'foreign')).toBe('Ok');
	for (const name of ['daemon', 'run', 'foreign']) {
		expect(await daemon(archon, name, 'sleep 60')).toMatch(/^Error,.*taken/);
		expect(await ask(archon, 'Run', sleep, `ARCHON_NAME=${name}`)).toMatch(/^Error,.*taken/);
		expect(await monitor(archon, [sleeper().pidfd], name)).toMatch(/^Error,.*taken/);
	}
	expect(await names(archon)).toEqual(['daemon', 'foreign', 'run']);
});

test('what is called by its program takes its number among all of them', async () => {
	const archon = await Archon.start();
	await ask(archon, 'StartDaemon', sleep);
	expect(await run(archon)).toBe('sleep-2');
	expect(await monitor(archon, [sleeper().pidfd])).toBe('Ok');
	expect(await names(archon)).toEqual(['sleep', 'sleep-2', 'sleep-3']);
});

test('the name of a Run is free again when it has ended', async () => {
	const archon = await Archon.start();
	const twice = 'Run,true,ARCHON_NAME=x\n'.repeat(2);
	expect(await archon.lines(twice)).toEqual(['ExitStatus,0', 'ExitStatus,0']);
});
