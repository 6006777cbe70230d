import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { until } from '../live/until.ts';
import { ask, names, pidOf, type Row, rows, status, written } from './ask.ts';
import { Gate } from './gate.ts';
import { happened } from './happened.ts';

const nap = (name: string, more = '') => `[service.${name}]\nrun = ["sleep", "60"]\n${more}\n`;

/** One that ends only when the gate is opened after it was asked to. */
const stubborn = (name: string, gate: Gate, more = '') =>
	`[service.${name}]\nrun = ["sh", "-c", "trap '${gate.wait}; exit' TERM; sleep 60 & wait"]\n${more}\n`;

/** Archon with these services running, and a gate. */
async function up(toml: (gate: Gate) => string, ...wanted: string[]): Promise<[Archon, Gate]> {
	const directory = temporary();
	const gate = new Gate({ directory });
	const archon = await Archon.configured(toml(gate), directory);
	await comes(archon, 'running', ...wanted);
	return [archon, gate];
}

async function comes(archon: Archon, state: string, ...wanted: string[]): Promise<void> {
	const client = await archon.connect();
	for (const name of wanted) {
		expect((await client.call(['Wait', name, state, '10s'])).final).toEqual({ tag: 'ok' });
	}
	client.close();
}

/** A Reload of that configuration, which is on its way when this service is in that state. */
async function reloading(archon: Archon, toml: string, name: string, state: string) {
	archon.configure(toml);
	const done: Promise<Row[]> = rows(archon, 'Reload');
	await comes(archon, state, name);
	return { done };
}

test('what left the file and is started meanwhile is stopped all the same', async () => {
	const [archon, gate] = await up((it) => nap('a') + stubborn('b', it), 'a', 'b');
	const { done } = await reloading(archon, '', 'a', 'stopped');
	expect(await ask(archon, 'Start', 'a')).toBe('Ok');
	const pid = await pidOf(archon, 'a');
	gate.open();
	await done;
	expect(await names(archon)).toEqual([]);
	expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('what left the file is stopped in the order it asked for there', async () => {
	const [archon, gate] = await up((it) => nap('db') + stubborn('web', it, 'requires = ["db"]'), 'db', 'web');
	const { done } = await reloading(archon, '', 'web', 'stopping');
	expect((await status(archon, 'db'))['state']).toBe('running');
	gate.open();
	await done;
	expect(await happened(archon, 'stopped')).toEqual(['stopped web', 'stopped db']);
});

test('so are the members of a group that left the file', async () => {
	const [archon, gate] = await up(
		(it) => `${nap('a')}${stubborn('b', it)}[group.g]\nmembers = ["a", "b"]\n`,
		'a',
		'b',
	);
	const { done } = await reloading(archon, '', 'b', 'stopping');
	expect((await status(archon, 'a'))['state']).toBe('running');
	gate.open();
	await done;
	expect(await names(archon)).toEqual([]);
	expect(await ask(archon, 'Status', 'g')).toContain('nothing is called');
});

test('what is stopped or removed before its turn in a Reload stays so', async () => {
	const [archon, gate] = await up((it) => stubborn('a', it) + nap('b') + nap('c'), 'a', 'b', 'c');
	const next = nap('b', 'env = { B = "1" }') + nap('c', 'env = { C = "1" }') + nap('d');
	const { done } = await reloading(archon, next, 'a', 'stopping');
	expect(await ask(archon, 'Stop', 'b')).toBe('Ok');
	expect(await ask(archon, 'Stop', 'c')).toBe('Ok');
	expect(await ask(archon, 'Remove', 'c')).toBe('Ok');
	expect(await ask(archon, 'Remove', 'd')).toBe('Ok');
	gate.open();
	await done;
	expect(await names(archon)).toEqual(['b']);
	expect((await status(archon, 'b'))['state']).toBe('stopped');
	expect((await happened(archon, 'started')).sort()).toEqual(['started a', 'started b', 'started c']);
});

test('an instance that was stopped by request stays so when the others are restarted', async () => {
	const [archon] = await up(() => nap('a', 'instances = 2'), 'a@1', 'a@2');
	const before = await pidOf(archon, 'a@1');
	expect(await ask(archon, 'Stop', 'a@2')).toBe('Ok');
	archon.configure(nap('a', 'instances = 2\nenv = { A = "1" }'));
	expect((await rows(archon, 'Reload')).map((row) => row['action'])).toEqual(['restart']);
	expect((await status(archon, 'a@2'))['state']).toBe('stopped');
	expect(await pidOf(archon, 'a@1')).not.toBe(before);
});

test('what is still at its commands begins anew when it changes', async () => {
	const service = (gate: Gate, more: string) =>
		nap('a', `before = [["sh", "-c", "[ -n \\"$A\\" ] || ${gate.wait}"]]\n${more}`);
	const [archon, gate] = await up((it) => service(it, ''));
	await comes(archon, 'starting', 'a');
	archon.configure(service(gate, 'env = { A = "1" }'));
	expect((await rows(archon, 'Reload')).map((row) => row['action'])).toEqual(['restart']);
	expect((await status(archon, 'a'))['state']).toBe('running');
});

test('what waits for something that it needs no longer starts as the new file says', async () => {
	const never = '[service.a]\nrun = ["sleep", "60"]\nready = "fd:3"\n';
	const [archon] = await up(() => never + nap('b', 'requires = ["a"]'));
	expect((await status(archon, 'b'))['state']).toBe('waiting');
	archon.configure(`${never}[service.b]\nrun = ["sh", "-c", "echo new; exec sleep 60"]\n`);
	expect((await rows(archon, 'Reload')).map((row) => row['action'])).toEqual(['keep', 'change']);
	await comes(archon, 'running', 'b');
	// It runs from its exec on, and writes a moment later.
	await until(async () => (await written(archon, 'b')).length > 0);
	expect(await written(archon, 'b')).toEqual(['new']);
});
