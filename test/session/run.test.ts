import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { formatArgs } from '../../src/protocol/args.ts';
import { Archon } from '../archon.ts';
import { resultOf, start } from '../cli/archonctl.ts';
import { ask, names, output, rows, status, written } from './ask.ts';
import { Gate } from './gate.ts';
import { Watch } from './watch.ts';

/** The events of a name, as type and fields. */
async function eventsOf(archon: Archon, name: string): Promise<string[]> {
	const events = await rows(archon, 'Events', `names=${name}`);
	return events.map((row) => `${row['type']} ${row['fields']?.replace(/pid=\d+,start=\d+,?/, '')}`.trim());
}

function run(archon: Archon, script: string, ...settings: string[]): Promise<string> {
	return ask(archon, 'Run', formatArgs(['sh', '-c', script]), ...settings);
}

test('Run runs the program and replies when it ended', async () => {
	const archon = await Archon.start();
	const [gate, watch] = [new Gate(archon), await Watch.begin(archon)];
	let isOver = false;
	const reply = run(archon, gate.wait, 'ARCHON_NAME=slow').finally(() => {
		isOver = true;
	});
	await watch.event('process.started', 'slow');
	expect(await ask(archon, 'Ping')).toBe('Ok');
	expect(isOver).toBe(false);
	gate.open();
	expect(await reply).toBe('ExitStatus,0');
});

test('Run replies with its exit code', async () => {
	const archon = await Archon.start();
	const codes = [0, 1, 2, 3, 64, 126, 127, 128, 130, 254, 255];
	const requests = codes.map((code) => `Run,"sh,-c,exit ${code}"\n`).join('');
	expect(await archon.lines(requests)).toEqual(codes.map((code) => `ExitStatus,${code}`));
});

test('Run replies with 128+N when signal N ended it', async () => {
	const archon = await Archon.start();
	const signals = ['HUP', 'INT', 'QUIT', 'ABRT', 'KILL', 'USR1', 'SEGV', 'PIPE', 'ALRM', 'TERM'] as const;
	const requests = signals.map((signal) => `Run,"sh,-c,ulimit -c 0; kill -${signal} $$"\n`).join('');
	const codes = signals.map((signal) => 128 + constants.signals[`SIG${signal}`]);
	expect(await archon.lines(requests)).toEqual(codes.map((code) => `ExitStatus,${code}`));
	expect(await run(archon, 'ulimit -c 0; kill -64 $$')).toBe('ExitStatus,192');
});

test("a program that cannot be started is ExitStatus,127 for exec's ENOENT", async () => {
	const archon = await Archon.start();
	const script = `${archon.directory}/script`;
	writeFileSync(script, '#!/nosuch/interpreter\n', { mode: 0o755 });
	expect(await archon.lines(`Run,nosuch\nRun,/nosuch/program\nRun,${script}\n`)).toEqual(
		Array(3).fill('ExitStatus,127'),
	);
});

test("a program that cannot be started is ExitStatus,127 for exec's ENOTDIR", async () => {
	const archon = await Archon.start();
	expect(await ask(archon, 'Run', '/etc/passwd/program')).toBe('ExitStatus,127');
	expect(await ask(archon, 'Run', 'program', 'PATH=/etc/passwd:/etc/group')).toBe('ExitStatus,127');
});

test('a program that cannot be started is ExitStatus,126 for any other error of exec', async () => {
	const archon = await Archon.start();
	const file = (name: string, mode: number) => {
		writeFileSync(`${archon.directory}/${name}`, 'no program\n', { mode });
		return `${archon.directory}/${name}`;
	};
	symlinkSync('loop', `${archon.directory}/loop`);
	const programs = {
		EACCES: file('plain', 0o644),
		'EACCES of a directory': archon.directory,
		ENOEXEC: file('text', 0o755),
		ELOOP: `${archon.directory}/loop`,
		ENAMETOOLONG: `/${'x'.repeat(300)}`,
		E2BIG: `true,${'x'.repeat(200_000)}`,
	};
	for (const [why, program] of Object.entries(programs)) {
		expect([why, await ask(archon, 'Run', program)]).toEqual([why, 'ExitStatus,126']);
	}
});

test('the reason why a program cannot be started goes to its standard error', async () => {
	const archon = await Archon.start();
	await ask(archon, 'Run', 'nosuch,a', 'ARCHON_NAME=one');
	expect(await written(archon, 'one', 'stderr')).toEqual([
		'archon: cannot run "nosuch": exec: no such file or directory',
	]);
	await ask(archon, 'Run', archon.directory, 'ARCHON_NAME=two');
	expect(await written(archon, 'two', 'stderr')).toEqual([
		`archon: cannot run "${archon.directory}": exec: permission denied`,
	]);
	expect([await written(archon, 'one'), await written(archon, 'two')]).toEqual([[], []]);
});

test('Error for a malformed request', async () => {
	const archon = await Archon.start();
	const replies = await archon.lines('Run\nRun,\nRun,""""""\nRun,"ls,""a"\nRun,"ls\nls"\nRun,",a"\n');
	expect(replies).toHaveLength(6);
	for (const reply of replies) {
		expect(reply).toMatch(/^Error,./);
	}
});

test('Error for a forbidden request: settings that are for StartDaemon, and a key that is none', async () => {
	const archon = await Archon.start();
	for (const key of ['ARCHON_DIRECTORY', 'ARCHON_RESTART', 'ARCHON_USER', 'ARCHON_READY']) {
		expect(await ask(archon, 'Run', 'true', `${key}=/`)).toBe(
			`Error,"${key} is for StartDaemon, not for Run"`,
		);
	}
	for (const length of [0, 257]) {
		expect(await ask(archon, 'Run', 'true', `ARCHON_KEY=${'k'.repeat(length)}`)).toBe(
			`Error,"ARCHON_KEY is 1 to 256 bytes long, not ${length}"`,
		);
	}
});

test('Error when a step before exec fails, which it names', async () => {
	const archon = await Archon.start();
	rmSync(`${archon.directory}/fifo`, { recursive: true });
	expect(await ask(archon, 'Run', 'true')).toMatch(/^Error,"cannot start ""true"": output: .*no such file/);
	expect(await names(archon)).toEqual([]);
});

test('a Run has a name while it runs, so that Signal,<name>,INT reaches it', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	const reply = ask(archon, 'Run', 'sleep,60', 'ARCHON_NAME=mine');
	const started = await watch.event('process.started', 'mine');
	expect(await status(archon, 'mine')).toMatchObject({
		kind: 'run',
		state: 'running',
		pid: started[5]?.slice(4),
	});
	expect(await ask(archon, 'Signal', 'mine', 'INT')).toBe('Ok');
	expect(await reply).toBe('ExitStatus,130');
});

test('a Run without a chosen name is called by the base name of its program', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	const replies = [ask(archon, 'Run', 'sleep,60'), ask(archon, 'Run', '/bin/sleep,61')];
	await watch.event('process.started');
	await watch.event('process.started');
	expect(await names(archon)).toEqual(['sleep', 'sleep-2']);
	await ask(archon, 'Stop', 'sleep');
	await ask(archon, 'Stop', 'sleep-2');
	expect(await Promise.all(replies)).toEqual(['ExitStatus,143', 'ExitStatus,143']);
});

test('whoever must know the name chooses it, as archonctl run does with <base>.<its pid>', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	const child = start(['run', '--', '/bin/sleep', '60'], archon);
	const started = await watch.event('process.started');
	expect(started[4]).toBe(`sleep.${child.pid}`);
	child.kill();
	expect(await resultOf(child)).toMatchObject({ code: 143 });
});

test('a Run leaves Status when it has ended', async () => {
	const archon = await Archon.start();
	const listed = 'Run,"sh,-c,exit 1",ARCHON_NAME=a\nRun,nosuch,ARCHON_NAME=b\nStatus\n';
	expect(await archon.lines(listed)).toEqual([
		'ExitStatus,1',
		'ExitStatus,127',
		'Columns,name,kind,state,pid,uptime,restarts,last,reason',
		'Ok',
	]);
});

test('the end of a Run stays in the journal', async () => {
	const archon = await Archon.start();
	await run(archon, 'exit 3', 'ARCHON_NAME=code');
	await run(archon, 'kill -9 $$', 'ARCHON_NAME=killed');
	await ask(archon, 'Run', 'nosuch', 'ARCHON_NAME=failed');
	expect(await eventsOf(archon, 'code')).toEqual(['process.started', 'process.exited exit=3']);
	expect(await eventsOf(archon, 'killed')).toEqual(['process.started', 'process.exited signal=KILL']);
	expect((await eventsOf(archon, 'failed')).map((it) => it.split(' ')[0])).toEqual(['process.failed']);
});

test('what a Run leaves behind is left alone', async () => {
	const archon = await Archon.start();
	const [left] = await output(archon, ['sh', '-c', 'sleep 60 & echo $!']);
	onTestFinished(() => void process.kill(Number(left), 'SIGKILL'));
	expect(await names(archon)).toEqual([]);
	expect(process.kill(Number(left), 0)).toBe(true);
});
