import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { ask, pidOf, rows, status } from '../session/ask.ts';
import { client } from './client.ts';
import { crash } from './crash.ts';
import { Crashing } from './crashing.ts';
import { deadly } from './deadly.ts';

const rule = 'rule "r" { on = "process.paused", act = resume { name = "a" } }\n';
const nap = (name: string) => `[service.${name}]\nrun = ["sleep", "60"]\n`;
const mode = async (archon: Archon) => (await rows(archon, 'Version')).find(({ name }) => name === 'mode');

test('a request that kills every daemon is refused, once, and archon goes on', {
	timeout: 30_000,
}, async () => {
	const directory = temporary();
	writeFileSync(`${directory}/archon.toml`, nap('a'));
	const more = ['--config', `${directory}/archon.toml`];
	const archon = await Archon.start(directory, { ARCHON_DAEMON: deadly(directory) }, more);
	expect(await ask(archon, 'Wait', 'a', 'running')).toBe('Ok');
	const pid = await pidOf(archon, 'a');
	const [innocent, guilty] = [await client(archon), await client(archon)];
	await innocent.say('Wait,a,stopped\nPing\n');
	await ask(archon, 'Ping');
	await guilty.say('Run,deadly\nPing\nRun,true\n');
	expect(await guilty.hear(3)).toEqual([
		expect.stringMatching(/^Error,.*in safe mode: it had no effect"$/),
		...['Ok', 'ExitStatus,0'],
	]);
	guilty.socket.end();
	expect(await guilty.hear(1)).toEqual([undefined]);
	expect(archon.said.split('starting it again').length - 1).toBe(6);
	expect(await mode(archon)).toMatchObject({ version: 'safe' });
	expect(await pidOf(archon, 'a')).toBe(pid);
	expect(await rows(archon, 'Events', 'names=deadly')).toEqual([]);
	expect(await ask(archon, 'Stop', 'a')).toBe('Ok');
	expect(await innocent.hear(2)).toEqual(['Ok', 'Ok']);
});

test('a daemon that cannot live as it is comes up in safe mode, says so, and Reload leaves it', async () => {
	const directory = temporary();
	const program = new Crashing(directory);
	writeFileSync(`${directory}/archon.toml`, nap('a'));
	const more = ['--config', `${directory}/archon.toml`];
	const archon = await Archon.start(directory, { ARCHON_DAEMON: program.path }, more);
	archon.rule('r.lua', rule);
	expect(await ask(archon, 'Wait', 'a', 'running')).toBe('Ok');
	const pid = await pidOf(archon, 'a');
	expect(await mode(archon)).toBeUndefined();
	program.isOn = true;
	archon.configure(nap('b'));
	await crash(archon);

	expect(await status(archon, 'a')).toMatchObject({ pid: String(pid), reason: 'safe mode' });
	expect(await rows(archon, 'Status', 'b')).toEqual([]);
	expect(await mode(archon)).toMatchObject({ version: 'safe' });
	const sentences = await rows(archon, 'Why', 'a');
	expect(sentences.at(-1)?.['sentence']).toMatch(/^archon is in safe mode.*archonctl reload/);
	const [told] = (await rows(archon, 'Events', 'types=daemon.recovered')).slice(-1);
	expect(told?.['fields']).toContain('mode=safe');
	expect(archon.said).toContain('the daemon failed 5 times in a row: it begins in safe mode');
	expect(archon.said).toContain('archond: safe mode: no rules');
	expect(await rows(archon, 'Rules')).toEqual([]);
	expect(await ask(archon, 'Pause', 'a')).toBe('Ok');
	expect(await status(archon, 'a')).toMatchObject({ state: 'paused' });
	expect(await ask(archon, 'Resume', 'a')).toBe('Ok');

	expect(await ask(archon, 'Reload', 'dry-run')).toBe('Ok');
	expect(await mode(archon)).toBeDefined();
	archon.configure(nap('a') + nap('b'));
	expect(await ask(archon, 'Reload')).toBe('Ok');
	expect(await mode(archon)).toBeUndefined();
	expect(await status(archon, 'a')).toMatchObject({ pid: String(pid), reason: '' });
	expect(await ask(archon, 'Wait', 'b', 'running')).toBe('Ok');
	expect((await rows(archon, 'Rules')).map(({ rule }) => rule)).toEqual(['r']);
	expect(await ask(archon, 'Pause', 'a')).toBe('Ok');
	expect(await ask(archon, 'Wait', 'a', 'running')).toBe('Ok');
	program.isOn = false;
	await crash(archon);
	expect(await mode(archon)).toBeUndefined();
});
