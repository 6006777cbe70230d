import { existsSync, readdirSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { until } from '../live/until.ts';
import { ask, pidOf, rows, written } from './ask.ts';

const line = 'x'.repeat(72); // 100 bytes as a record

const configuration = (log: string, more = '') => `[service.web]
run = ["sh", "-c", '''n=0; trap 'for i in 1 2 3 4 5 6 7 8 9; do echo ${line}; done; n=$((n+1)); echo done $n' HUP; echo up
while :; do sleep 1000 & wait; done''']
log = ${log}
${more}`;

test('a log is kept as the service says, and as it says after a Reload, which leaves the process alone', async () => {
	const archon = await Archon.configured(configuration('{ max = 300, keep = 2 }'));
	await until(async () => (await written(archon, 'web')).includes('up'));
	const pid = await pidOf(archon, 'web');
	const say = async (n: number) => {
		await ask(archon, 'Signal', 'web', 'HUP');
		await until(async () => (await written(archon, 'web')).includes(`done ${n}`));
		const files = readdirSync(`${archon.directory}/log`).filter((name) => name.startsWith('web.log'));
		return files.toSorted().map((name) => [name, statSync(`${archon.directory}/log/${name}`).size] as const);
	};
	const first = await say(1);
	expect(first.map(([name]) => name)).toEqual(['web.log', 'web.log.1']);
	expect(first[1]?.[1]).toBe(300);
	archon.configure(configuration('{ max = 500, keep = 3 }'));
	expect(await ask(archon, 'Reload')).toBe('Ok');
	await say(2);
	const second = await say(3);
	expect(second.map(([name]) => name)).toEqual(['web.log', 'web.log.1', 'web.log.2']);
	expect(second[1]?.[1]).toBeGreaterThan(400);
	expect(second[1]?.[1]).toBeLessThanOrEqual(500);
	archon.configure(configuration('{ max = 500, keep = 1 }'));
	expect(await ask(archon, 'Reload')).toBe('Ok');
	await until(
		() =>
			!existsSync(`${archon.directory}/log/web.log.1`) && !existsSync(`${archon.directory}/log/web.log.2`),
	);
	expect(await pidOf(archon, 'web')).toBe(pid);
});

test.for([
	['{ max = 0 }', 'log.max'],
	['{ keep = 0 }', 'log.keep'],
	['{ keep = 1001 }', 'log.keep'],
	['{ max = "1.5" }', 'log.max'],
])('log = %s is a mistake', async ([log = '', key]) => {
	const archon = await Archon.configured(configuration('{ max = 1, keep = 1000 }'));
	archon.configure(configuration(log));
	expect(await ask(archon, 'Reload')).toContain(key);
});

test.runIf(process.getuid?.() === 0)('a service of another user can open its outputs by name', async () => {
	const archon = await Archon.configured(
		`[service.web]\nrun = ["sh", "-c", "echo out > /dev/stdout; echo err > /dev/stderr; exec sleep 1000"]\nuser = "nobody"\n`,
	);
	await until(async () => (await rows(archon, 'Logs', 'web')).length === 2);
	expect([await written(archon, 'web'), await written(archon, 'web', 'stderr')]).toEqual([['out'], ['err']]);
});

test('instances and the members of a group are shown together, under their names', async () => {
	const say = (name: string) => `run = ["sh", "-c", "echo $ARCHON_SERVICE says ${name}; exec sleep 1000"]`;
	const archon = await Archon.configured(
		`[service.web]\n${say('web')}\ninstances = 2\n[service.api]\n${say('api')}\n[group.all]\nmembers = ["web", "api"]\n`,
	);
	const shown = async (name: string) =>
		(await rows(archon, 'Logs', name)).map((row) => `${row['name']}: ${row['line']}`).sort();
	await until(async () => (await shown('all')).length === 3);
	const web = ['web@1: web@1 says web', 'web@2: web@2 says web'];
	expect(await shown('web')).toEqual(web);
	expect(await shown('all')).toEqual(['api: api says api', ...web]);
	expect(await shown('web@2')).toEqual(web.slice(1));
});
