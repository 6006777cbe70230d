import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isRefusal, type Refusal } from '../../../src/base/refusal.ts';
import { native } from '../../../src/native/index.ts';
import { plainService } from '../../../src/service/defaults.ts';
import type { Launch } from '../../../src/supervisor/launch.ts';
import { report } from '../../../src/supervisor/report.ts';
import { Archon } from '../../archon.ts';
import { ask, daemon, names, status } from '../../session/ask.ts';
import { exiting, tells } from '../../session/foreign.ts';
import { entryIn, mainOf, running } from '../../supervisor/entries.ts';
import { Child } from '../marked.ts';
import { Told } from '../told.ts';
import { supervised } from './parts.ts';

const describe = (name: string) => ({ ...plainService, name, run: ['/bin/true'] });
const launch: Launch = { args: ['/bin/true'], env: new Map(), directory: '/', fds: [] };

test('a start that fails goes through output, starts, interpreter, waits and table', async () => {
	const { supervisor, table, told, directory } = supervised();
	rmSync(`${directory}/fifo`, { recursive: true });
	expect(await supervisor.programs.startDaemon('/bin/true', 'web', describe)).toEqual({
		refused: expect.stringMatching(/^cannot start "\/bin\/true": output: .*no such file or directory$/),
	});
	expect(told()).toEqual([
		'process.starting web',
		expect.stringMatching(/^process\.failed web reason=output: /),
	]);
	expect([table.size, isRefusal(supervisor.report('web'))]).toEqual([0, true]);
});

test('a Run that cannot begin is told to whom it was for, and its name is free', () => {
	const { supervisor, table, directory, told } = supervised();
	rmSync(`${directory}/fifo`, { recursive: true });
	const heard: unknown[] = [];
	const tell = { done: (refused?: Refusal) => heard.push(refused), taken: () => heard.push('taken') };
	expect(supervisor.programs.run(launch, undefined, { conn: 3, request: 0 }, tell)).toBeUndefined();
	expect(heard).toEqual([{ refused: expect.stringMatching(/^cannot start "\/bin\/true": output: /) }]);
	expect([table.size, told()]).toEqual([0, [expect.stringMatching(/^process\.failed true reason=output: /)]]);
});

test('a foreign process goes through poller, interpreter, waits and journal', async () => {
	const { supervisor, table, told } = supervised();
	const stranger = exiting(3);
	expect(supervisor.foreign.monitor(native.pidfdOpen(stranger.pid), 'x', 0)).toBeUndefined();
	const entry = table.get('x');
	expect(report(table, 'x')).toEqual([['x', 'foreign', 'running', stranger.pid, 0, 0, '-', '']]);
	const waited = entry && supervisor.wait(entry, 'exited', 5000);
	stranger.tell();
	expect(await waited).toBeUndefined();
	expect(told().at(-1)).toBe(`process.exited x pid=${stranger.pid} ${tells ? 'exit=3' : 'status=unknown'}`);
});

test('what a process left is swept by its mark, its main process having ended in the ledger', async () => {
	const { supervisor, table, starts, ends, ledger, memory, told } = supervised();
	const place = ledger.claim({ kind: 'daemon', conn: -1, log: -1, name: 'web' });
	const { slot = 0, start = 0 } = place ?? {};
	const child = await Child.begin(undefined, { start });
	const entry = entryIn(running, { process: mainOf(999_999, { slot, start }) });
	table.add(entry);
	starts.takeOver(entry, slot);
	const words = new Int32Array(memory);
	words.set([2, 14, 0, 3 << 8], (4096 + 52 * 16_384) / 4 + slot * 40); // EXITED at exec, with code 3
	words[(4096 + 4 * 16_384) / 4 + (words[28 / 4] ?? 0)] = slot;
	words[28 / 4] = (words[28 / 4] ?? 0) + 1;
	ends.settle();
	expect(report(table, 'web')).toEqual([['web', 'daemon', 'stopping', '-', '-', 0, 'exit:3', '']]);
	await child.gone;
	expect(await supervisor.wait(entry, 'backoff', 5000)).toBeUndefined();
	expect(told().map((it) => it.replace(/ .*/, ''))).toEqual(['process.exited', 'process.backoff']);
	expect(await supervisor.orders.stop([entry], undefined)).toBeUndefined();
	expect(ledger.state(slot)).toBe(0);
});

test('logs are read from the folder that was given, and pipes are made in the other', async () => {
	const { supervisor, output, ledger, directory } = supervised();
	mkdirSync(`${directory}/log/runs`, { recursive: true });
	writeFileSync(`${directory}/log/runs/job.log`, '2026-11-20T10:00:00.000Z o hello\n');
	expect(output.take('run', 'job')).toMatchObject({
		paths: [`${directory}/fifo/0.r.job.out`, expect.anything()],
	});
	expect(await supervisor.logs.tail([{ name: 'job' }], { lines: 5 })).toMatchObject([{ line: 'hello' }]);
	ledger.logs.setState(0, 0);
});

test('nothing is started once it shuts down, and what runs is stopped', async () => {
	const { supervisor, table } = supervised();
	await supervisor.shutdown([]);
	expect(await supervisor.programs.startDaemon('/bin/true', 'web', describe)).toEqual({
		refused: 'archon is shutting down: nothing is started any more',
	});
	expect(table.size).toBe(0);
});

test('put together under a keeper, archon-log and the daemon itself are never taken for what a process left', async () => {
	const archon = await Archon.start();
	const told = new Told(archon.directory);
	await daemon(archon, 'web', `echo up > ${told.path}; exec sleep 60`);
	await told.next();
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	expect(await status(archon, 'web')).toMatchObject({ state: 'stopped', last: 'signal:TERM' });
	expect(await archon.lines('Remove,web\nRun,"echo,hi"\nLogs,echo\n')).toEqual([
		'Ok',
		'ExitStatus,0',
		'Columns,name,time,stream,line',
		expect.stringMatching(/^Row,echo,.*,stdout,hi$/),
		'Ok',
	]);
	expect(await names(archon)).toEqual([]);
});
