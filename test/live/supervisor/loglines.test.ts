import fs from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { LogLines } from '../../../src/supervisor/loglines.ts';
import { temporary } from '../../archon.ts';
import { epoch, LogFiles } from '../../supervisor/logfiles.ts';
import { until } from '../until.ts';

function follow(directory: string, since: number) {
	const lines: string[] = [];
	const faults: unknown[] = [];
	const hear = (stream: string, line: string) => lines.push(`${stream} ${line}`);
	const stop = new LogLines(directory).follow('web', since, hear, (fault) => faults.push(fault));
	onTestFinished(stop);
	return { lines, faults, stop };
}

test('lines of that time or later are told, those that are there and those that come', async () => {
	const log = new LogFiles().write(0, 'before', 'at', 'after');
	const { lines } = follow(log.directory, epoch + 1);
	await until(() => lines.length === 2);
	log.write(9, 'next').rotate().write(10, 'last');
	await until(() => lines.length === 4);
	expect(lines).toEqual(['stdout at', 'stdout after', 'stdout next', 'stdout last']);
});

test('also where there is no log and no folder yet', async () => {
	const directory = `${temporary()}/log`;
	const { lines } = follow(directory, epoch);
	await until(() => fs.existsSync(directory));
	const log = new LogFiles(directory).write(0, 'first');
	await until(() => lines.length === 1);
	log.writePart('2026-11-20T10:00:00.500Z a 3 lines dropped\n2026-11-20T10:00:00.500Z e second\n');
	await until(() => lines.length === 2);
	expect(lines).toEqual(['stdout first', 'stderr second']);
});

test('the log of a run of that name is another', async () => {
	const directory = temporary();
	fs.mkdirSync(`${directory}/runs`);
	new LogFiles(`${directory}/runs`).write(0, 'run');
	const { lines } = follow(directory, epoch);
	new LogFiles(directory).write(1, 'daemon');
	await until(() => lines.length > 0);
	expect(lines).toEqual(['stdout daemon']);
});

test('stopped, it says nothing more, be it from within', async () => {
	const log = new LogFiles().write(0, 'a', 'b');
	const lines: string[] = [];
	const stop = new LogLines(log.directory).follow('web', epoch, (_, line) => {
		lines.push(line);
		stop();
	});
	await until(() => lines.length > 0);
	log.write(5, 'c');
	const other = follow(log.directory, epoch);
	await until(() => other.lines.length === 3);
	expect(lines).toEqual(['a']);
});

test('what cannot be read is told once', async () => {
	const log = new LogFiles();
	fs.mkdirSync(log.path);
	const { faults } = follow(log.directory, epoch);
	await until(() => faults.length > 0);
	expect(String(faults[0])).toContain('EISDIR');
});
