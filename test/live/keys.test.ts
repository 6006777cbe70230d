import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formatArgs } from '../../src/protocol/args.ts';
import { Archon } from '../archon.ts';
import { ask, names, pidOf, rows } from '../session/ask.ts';
import { Gate } from '../session/gate.ts';
import { Watch } from '../session/watch.ts';
import { crash } from './crash.ts';

const key = 'ARCHON_KEY=once';

/** How often each name was started. */
async function started(archon: Archon): Promise<string[]> {
	return (await rows(archon, 'Events', 'types=process.started')).map(({ name }) => String(name));
}

test('a Run that is repeated starts nothing, and has the reply of the first one, now and when it ends', async () => {
	const archon = await Archon.start();
	const [watch, gate] = [await Watch.begin(archon), new Gate(archon)];
	const run = ['Run', formatArgs(['sh', '-c', `${gate.wait}; exit 5`]), key];
	const first = ask(archon, ...run, 'ARCHON_NAME=a');
	await watch.event('process.started', 'a');
	const second = ask(archon, ...run, 'ARCHON_NAME=b');
	expect(await ask(archon, 'Run', 'true', key)).toBe('Error,ARCHON_KEY=once was given to another request');
	gate.open();
	expect([await first, await second, await ask(archon, ...run)]).toEqual(Array(3).fill('ExitStatus,5'));
	expect(await started(archon)).toEqual(['a']);
});

test('the same goes over a crash of the daemon, whichever of them is answered by which daemon', async () => {
	const archon = await Archon.start();
	const [watch, gate] = [await Watch.begin(archon), new Gate(archon)];
	const run = ['Run', formatArgs(['sh', '-c', `${gate.wait}; exit 6`]), key];
	const first = ask(archon, ...run);
	await watch.event('process.started', 'sh');
	const second = ask(archon, ...run);
	await ask(archon, 'Ping');
	await crash(archon, async () => gate.open());
	expect([await first, await second, await ask(archon, ...run)]).toEqual(Array(3).fill('ExitStatus,6'));
	await crash(archon);
	expect(await ask(archon, ...run)).toBe('ExitStatus,6');
	expect(await started(archon)).toEqual(['sh']);
});

test('and over an end of archond', async () => {
	const archon = await Archon.start();
	const run = ['Run', formatArgs(['sh', '-c', 'exit 8']), key];
	expect(await ask(archon, ...run)).toBe('ExitStatus,8');
	expect(await archon.end()).toBe(0);
	const next = await Archon.start(archon.directory);
	expect(await ask(next, ...run)).toBe('ExitStatus,8');
	expect(await started(next)).toEqual(['sh']);
});

test('a StartDaemon that is repeated is the one that is there, one that failed has failed', async () => {
	const archon = await Archon.start();
	const start = ['StartDaemon', formatArgs(['sleep', '60']), key];
	expect([await ask(archon, ...start), await ask(archon, ...start)]).toEqual(['Ok', 'Ok']);
	const pid = await pidOf(archon, 'sleep');
	const bad = ['StartDaemon', 'nosuch', 'ARCHON_KEY=bad'];
	const failed = 'Error,"cannot start ""nosuch"": exec: no such file or directory"';
	expect([await ask(archon, ...bad), await ask(archon, ...bad)]).toEqual([failed, failed]);
	await crash(archon);
	expect([await ask(archon, ...start), await ask(archon, ...bad)]).toEqual(['Ok', failed]);
	expect([await names(archon), await pidOf(archon, 'sleep')]).toEqual([['sleep'], pid]);
	expect(await ask(archon, 'StartDaemon', formatArgs(['sleep', '60']), 'ARCHON_NAME=other', key)).toMatch(
		/^Error,ARCHON_KEY=once was given to another request/,
	);
});

test('archonctl has --key for both; what is written down has no setting in it', async () => {
	const archon = await Archon.start();
	const run = ['run', '--key', 'k', '-e', 'SECRET=hidden', '--', 'sh', '-c', 'exit 3'];
	for (let i = 0; i < 2; i++) {
		expect((await archon.ctl(run)).code).toBe(3);
		expect((await archon.ctl(['start-daemon', '--key', 'd', 'sleep,60'])).code).toBe(0);
	}
	expect(await started(archon)).toHaveLength(2);
	expect(readFileSync(`${archon.directory}/state/keys`, 'utf8')).not.toContain('hidden');
});
