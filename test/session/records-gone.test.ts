import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { Gate } from './gate.ts';
import { copies, Pass } from './pass.ts';
import { Watch } from './watch.ts';

test('complete records are carried out even when their client has gone', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	const [a, b, c, d] = files(archon);
	const records = `Run,"touch,${a}"\nRun,"touch,${b}"\nPing\nRun,"touch,${c}"\nRun,"touch,${d}"`;
	const client = new Pass(archon, [`send:${records}`, 'gone']);
	await client.ended();
	for (const file of [a, b, c]) {
		expect((await watch.event('process.exited', 'touch')).at(-1)).toBe('exit=0');
		expect(existsSync(file)).toBe(true);
	}
	await archon.lines('Run,true\n');
	await watch.event('process.exited', 'true');
	expect(existsSync(d)).toBe(false);
});

test('complete records behind a request in progress are carried out even when their client has gone', async () => {
	const archon = await Archon.start();
	const [watch, gate, [a]] = [await Watch.begin(archon), new Gate(archon), files(archon)];
	const client = new Pass(archon, [`send:Run,"sh,-c,${gate.wait}"\n`, `send:Run,"touch,${a}"\n`, 'gone']);
	await Promise.all([client.ended(), watch.event('process.started', 'sh')]);
	gate.open();
	await watch.event('process.exited', 'touch');
	expect(existsSync(a)).toBe(true);
});

test('complete records are carried out even when their client went without having read its replies', async () => {
	const archon = await Archon.start();
	const [watch, other, [a]] = [await Watch.begin(archon), await archon.connect(), files(archon)];
	const client = new Pass(archon, [
		`send:${'Help\n'.repeat(2000)}Run,"touch,${a}"\n`,
		'line',
		'tell',
		'wait',
		'gone',
	]);
	await client.told.next();
	await other.call(['Ping']);
	expect(existsSync(a)).toBe(false);
	client.goOn();
	await watch.event('process.exited', 'touch');
	expect(existsSync(a)).toBe(true);
});

test('records with descriptors are carried out even when their client has gone', async () => {
	const archon = await Archon.start();
	const client = new Pass(archon, [`send:Ping\n`, `pass:${copies(3)}:Run,"echo,hi"\n`, 'gone']);
	await client.ended();
	expect(await client.written).toBe('hi\n');
});

function files(archon: Archon): [string, string, string, string] {
	const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => `${archon.directory}/${name}`) as string[];
	return [a, b, c, d] as [string, string, string, string];
}
