import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { ask, names, pidOf, rows } from '../session/ask.ts';
import { Gate } from '../session/gate.ts';
import { client } from './client.ts';
import { crash } from './crash.ts';
import { until } from './until.ts';

const nap = (name: string, more = '') => `[service.${name}]\nrun = ["sleep", "60"]\n${more}\n`;
const env = (version: number) => `env = { VERSION = "${version}" }\nnice = ${version}`;
/** One that ends only when the gate is opened after it was asked to. */
const stubborn = (name: string, gate: Gate, more = '') =>
	`[service.${name}]\nrun = ["sh", "-c", "trap '${gate.wait}; exit' TERM; sleep 60 & wait"]\n${more}\n`;

/** Archon with `a` and with `b`, which stays until the gate is opened, both running. */
async function up(): Promise<[Archon, Gate]> {
	const directory = temporary();
	const gate = new Gate({ directory });
	const archon = await Archon.configured(nap('a', env(1)) + stubborn('b', gate), directory);
	await comes(archon, 'running', 'a', 'b');
	return [archon, gate];
}

async function comes(archon: Archon, state: string, ...wanted: string[]): Promise<void> {
	for (const name of wanted) {
		expect(await ask(archon, 'Wait', name, state, '10s')).toBe('Ok');
	}
}

function hup(archon: Archon): void {
	process.kill(archon.keeper.pid ?? 0, 'SIGHUP');
}

/** What was told of daemons and of configurations after that event, in order. */
async function told(archon: Archon, since = '0'): Promise<string> {
	const found = await rows(archon, 'Events', `since=${since}`, 'types=daemon.recovered;config.reloaded');
	return found.map(({ type = '' }) => type).join(' ');
}

/** The number of the newest event of that type. */
async function newest(archon: Archon, type: string): Promise<string | undefined> {
	return (await rows(archon, 'Events', `types=${type}`)).at(-1)?.['seq'];
}

/** Resolves when the daemon that is there has carried out a reload, after that event. */
function isReloaded(archon: Archon, since?: string): Promise<void> {
	return until(async () => (await told(archon, since)).endsWith('config.reloaded'));
}

/** Which version of it runs, and the one in force. */
async function versions(archon: Archon, name: string): Promise<(string | undefined)[]> {
	const environment = readFileSync(`/proc/${await pidOf(archon, name)}/environ`, 'latin1');
	const { value } = (await rows(archon, 'Config')).find(({ key }) => key === `service.${name}.nice`) ?? {};
	return [/^VERSION=(.*)$/m.exec(environment.replaceAll('\0', '\n'))?.[1], value];
}

test('a HUP whose daemon dies while it waits for what left the file is carried out whole by the next one', async () => {
	const [archon, gate] = await up();
	const before = await pidOf(archon, 'a');
	archon.configure(nap('a', env(2)) + nap('c') + nap('d', 'manual = true'));
	hup(archon);
	await comes(archon, 'stopping', 'b');
	await crash(archon);
	gate.open();
	await isReloaded(archon);
	await comes(archon, 'running', 'a', 'c');
	expect(await names(archon)).toEqual(['a', 'c', 'd']);
	expect(await pidOf(archon, 'a')).not.toBe(before);
	expect(await versions(archon, 'a')).toEqual(['2', '2']);
	const started = (await rows(archon, 'Events', 'types=process.started')).map(({ name }) => name);
	expect(started.sort()).toEqual(['a', 'a', 'b', 'c']);
});

test('a Reload whose daemon dies is not half done: what was in force is so still, and the next one does all of it', async () => {
	const [archon, gate] = await up();
	archon.configure(nap('a', env(2)) + nap('c'));
	const { say, hear } = await client(archon);
	await say('Reload\n');
	await comes(archon, 'stopping', 'b');
	await crash(archon);
	expect(await hear(1)).toEqual([undefined]);
	expect(await versions(archon, 'a')).toEqual(['1', '1']);
	gate.open();
	await comes(archon, 'stopped', 'b');
	expect((await rows(archon, 'Reload')).map(({ action, name }) => `${action} ${name}`)).toEqual([
		'restart a',
		'stop b',
		'start c',
	]);
	await comes(archon, 'running', 'a', 'c');
	expect(await versions(archon, 'a')).toEqual(['2', '2']);
	expect(await names(archon)).toEqual(['a', 'c']);
});

test('what left the file and has stopped does not come back with the next daemon', async () => {
	const [archon, gate] = await up();
	archon.configure('');
	const { say } = await client(archon);
	await say('Reload\n');
	await comes(archon, 'stopped', 'a');
	await crash(archon);
	gate.open();
	await comes(archon, 'stopped', 'a', 'b');
	await crash(archon);
	await rows(archon, 'Reload');
	expect(await names(archon)).toEqual([]);
	expect(await rows(archon, 'Events', 'types=process.started')).toHaveLength(2);
});

test('a restart that waits until the one before, which overlaps, is over is not lost, nor is that what left the file is gone', async () => {
	const directory = temporary();
	const gate = new Gate({ directory });
	const overlapping = (version: number) => stubborn('a', gate, `restart_mode = "overlap"\n${env(version)}`);
	const archon = await Archon.configured(overlapping(1) + nap('z'), directory);
	await comes(archon, 'running', 'a', 'z');
	archon.configure(overlapping(2) + nap('z'));
	await rows(archon, 'Reload');
	await until(async () => (await versions(archon, 'a'))[0] === '2');
	archon.configure(overlapping(3));
	hup(archon);
	await until(async () => !(await names(archon)).includes('z'));
	await crash(archon);
	expect(await versions(archon, 'a')).toEqual(['2', '2']);
	expect(await names(archon)).not.toContain('z');
	gate.open();
	await isReloaded(archon, await newest(archon, 'daemon.recovered'));
	expect(await versions(archon, 'a')).toEqual(['3', '3']);
	gate.open();
	await until(async () => (await names(archon)).join() === 'a');
	gate.open();
});

test('what was started of what is new while that goes on lives on', async () => {
	const [archon, gate] = await up();
	await archon.ctl(['start-daemon', '--name', 'own', '--', 'sleep', '60']);
	const { out: own } = await archon.ctl(['save', 'own']);
	archon.configure(nap('a', 'instances = 3') + nap('c') + nap('e', 'instances = 2') + own);
	hup(archon);
	await comes(archon, 'stopping', 'b');
	await ask(archon, 'Start', 'c');
	await ask(archon, 'Start', 'a@2');
	await ask(archon, 'Start', 'e@2');
	const early = ['c', 'a@2', 'e@2', 'own'];
	const pids = await Promise.all(early.map((name) => pidOf(archon, name)));
	await crash(archon);
	expect(await Promise.all(early.map((name) => pidOf(archon, name)))).toEqual(pids);
	gate.open();
	await isReloaded(archon);
	const all = ['a@1', 'a@2', 'a@3', 'c', 'e@1', 'e@2', 'own'];
	await comes(archon, 'running', ...all);
	expect(await names(archon)).toEqual(all);
	expect(await Promise.all(early.map((name) => pidOf(archon, name)))).toEqual(pids);
	archon.configure(nap('a'));
	await rows(archon, 'Reload');
	expect(await names(archon)).toEqual(['a']);
});

test('a service that was removed and has returned with a Reload lives on', async () => {
	const archon = await Archon.configured(nap('a') + nap('b'));
	await comes(archon, 'running', 'a', 'b');
	await ask(archon, 'Stop', 'b');
	await ask(archon, 'Remove', 'b');
	await rows(archon, 'Reload');
	await comes(archon, 'running', 'b');
	const pid = await pidOf(archon, 'b');
	await crash(archon);
	expect(await names(archon)).toEqual(['a', 'b']);
	expect(await pidOf(archon, 'b')).toBe(pid);
});
