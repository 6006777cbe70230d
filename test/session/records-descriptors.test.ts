import { closeSync, openSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { Archon } from '../archon.ts';
import { Gate } from './gate.ts';
import { copies, Pass } from './pass.ts';
import { Watch } from './watch.ts';

test("descriptors travel with their record's first byte, the rest of it may follow later", async () => {
	const archon = await Archon.start();
	const client = new Pass(archon, [`pass:${copies(3)}:R`, 'send:un,"echo,', 'send:hi"', 'send:\n', 'half']);
	expect(await client.replies()).toEqual(['ExitStatus,0']);
	expect(await client.written).toBe('hi\n');
});

test('descriptors are those of their record, however many records are read at once', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	const gate = new Gate(archon);
	const client = new Pass(archon, [
		`send:Run,"sh,-c,${gate.wait}"\n`,
		'send:Ping\nRun,"sh,-c,exit 4"\n',
		`pass:${copies(3)}:Run,"echo,one"\n`,
		'send:Ping\nPi',
		'send:ng\n',
		`pass:${copies(3)}:Run,"echo,two"\n`,
		`pass:${copies(3)}:Run,"echo,`,
		'send:three"\n',
		'send:Run,"echo,into the log"\n',
		'drop',
		'half',
	]);
	await watch.event('process.started', 'sh');
	gate.open();
	expect(await client.replies()).toEqual([
		...['ExitStatus,0', 'Ok', 'ExitStatus,4', 'ExitStatus,0', 'Ok', 'Ok'],
		...['ExitStatus,0', 'ExitStatus,0', 'ExitStatus,0'],
	]);
	expect(await client.written).toBe('one\ntwo\nthree\n');
});

test('descriptors stay with a record that takes many reads', async () => {
	const archon = await Archon.start();
	const word = 'x'.repeat(60_000);
	const start = `pass:${copies(3)}:Run,"sh,-c,echo $# $1,sh,first,${word}`;
	const client = new Pass(archon, [start, ...Array(8).fill(`send:,${word}`), 'send:"\n', 'half']);
	expect(await client.replies()).toEqual(['ExitStatus,0']);
	expect(await client.written).toBe('10 first\n');
});

test('a record with descriptors that ends in \\r\\n has them, too', async () => {
	const archon = await Archon.start();
	const client = new Pass(archon, [`pass:${copies(3)}:Run,"echo,hi"\r`, 'send:\nPing\n', 'half']);
	expect(await client.replies()).toEqual(['ExitStatus,0', 'Ok']);
	expect(await client.written).toBe('hi\n');
});

test('a request that takes descriptors closes its own when the process has them', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	const gate = new Gate(archon);
	const script = `Run,"sh,-c,echo hi; exec 0</dev/null 1<&0 2<&0; ${gate.wait}"\n`;
	const client = new Pass(archon, [`pass:${copies(3)}:${script}`]);
	await watch.event('process.started', 'sh');
	expect(await client.written).toBe('hi\n');
	gate.open();
	await watch.event('process.exited', 'sh');
});

test('the descriptors of a program are those that came, and an open directory is where it starts', async () => {
	const archon = await Archon.start();
	writeFileSync(`${archon.directory}/input`, 'a line of input\n');
	const [input, directory] = [openSync(`${archon.directory}/input`, 'r'), openSync(archon.directory, 'r')];
	onTestFinished(() => [input, directory].forEach(closeSync));
	const steps = ['pass:4,3,3,5:Run,"sh,-c,cat; pwd; echo error >&2"\n', 'half'];
	const client = new Pass(archon, steps, [input, directory]);
	expect(await client.replies()).toEqual(['ExitStatus,0']);
	expect(await client.written).toBe(`a line of input\n${archon.directory}\nerror\n`);
});
