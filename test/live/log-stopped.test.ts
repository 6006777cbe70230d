import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formatArgs } from '../../src/protocol/args.ts';
import { Archon } from '../archon.ts';
import { ask } from '../session/ask.ts';
import { asRoot, Inside } from './init/inside.ts';
import { childOf } from './minder.ts';
import { until } from './until.ts';

const lines = 20_000;
/** More than its pipes take up. */
const writes = `seq 1 ${lines}; seq 1 ${lines} >&2`;
const loud = (name: string) =>
	`[service.${name}]\nrun = ["sh", "-c", "${writes}"]\noneshot = true\nrestart = "never"\nmanual = true\n`;
const numbers = Array.from({ length: lines }, (_, i) => String(i + 1));

test('whoever writes while it is stopped, again and again, goes on, and no line is lost', async () => {
	const archon = await Archon.configured(loud('a') + loud('b'));
	const logger = childOf(archon.keeper.pid, 'archon-log') ?? 0;
	let isOver = false;
	process.kill(logger, 'SIGSTOP');
	const both = Promise.all(['a', 'b'].map((name) => ask(archon, 'Start', name))).finally(() => {
		isOver = true;
	});
	await until(() => {
		process.kill(logger, 'SIGSTOP');
		return isOver;
	});
	expect(await both).toEqual(['Ok', 'Ok']);
	for (const name of ['a', 'b']) {
		const of = (stream: string) => recorded(archon, name).filter(([by]) => by === stream);
		await until(() => recorded(archon, name).length === 2 * lines);
		for (const stream of ['o', 'e']) {
			expect(of(stream).map(([, line]) => line)).toEqual(numbers);
		}
	}
	expect(childOf(archon.keeper.pid, 'archon-log')).toBe(logger);
});

test('what is new has a log', async () => {
	const archon = await Archon.configured('');
	process.kill(childOf(archon.keeper.pid, 'archon-log') ?? 0, 'SIGSTOP');
	const command = formatArgs(['sh', '-c', 'echo here; sleep 600']);
	expect(await ask(archon, 'StartDaemon', command, 'ARCHON_NAME=new')).toMatch(/^Ok/);
	await until(async () => (await archon.lines('Logs,new\n')).some((line) => line.endsWith(',here')));
});

asRoot('so it is below process 1', async () => {
	const inside = await Inside.start({ toml: loud('a') });
	process.kill(childOf(inside.pid, 'archon-log') ?? 0, 'SIGSTOP');
	expect(await inside.ask('Start', 'a')).toBe('ok');
});

/** Stream and line of each record. */
function recorded({ directory }: Archon, name: string): [string, string][] {
	const records = readFileSync(`${directory}/log/${name}.log`, 'latin1').split('\n').slice(0, -1);
	return records.map((record) => [record.slice(25, 26), record.slice(27)]);
}
