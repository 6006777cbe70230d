import fs from 'node:fs';
import { expect, test } from 'vitest';
import { isoTime } from '../../src/base/clock.ts';
import { type LogOf, mostLines, tailLogs } from '../../src/supervisor/logtail.ts';
import { temporary } from '../archon.ts';
import { epoch, LogFiles } from './logfiles.ts';

const of = (log: LogFiles, name: string, written = Date.now()): LogOf => ({
	name,
	files: log.files,
	written,
});

const shown = async (logs: readonly LogOf[], lines: number, more = {}) =>
	(await tailLogs(logs, { lines, ...more })).map(({ name, line }) => `${name} ${line}`);

test('the last lines of several logs are merged by time, each with its name', async () => {
	const directory = temporary();
	const a = new LogFiles(directory, 'a').write(0, '0', '1').write(10, '10').write(20, '20');
	const b = new LogFiles(directory, 'b').write(5, '5').rotate().write(15, '15').write(25, '25');
	const c = new LogFiles(directory, 'c');
	const logs = [of(a, 'a'), of(b, 'b'), of(c, 'c')];
	expect(await shown(logs, 100)).toEqual(['a 0', 'a 1', 'b 5', 'a 10', 'b 15', 'a 20', 'b 25']);
	expect(await shown(logs, 3)).toEqual(['b 15', 'a 20', 'b 25']);
	expect(await shown(logs, 0)).toEqual([]);
	expect(await shown([], 3)).toEqual([]);
});

test('what is older than since= or of another stream is left out', async () => {
	const log = new LogFiles().write(0, 'a', 'b');
	log.writePart(`${isoTime(epoch + 2)} e c\n${isoTime(epoch + 3)} a 2 lines dropped\n`).write(4, 'd');
	const logs = [of(log, 'web')];
	expect(await shown(logs, 9, { since: epoch + 1 })).toEqual([
		'web b',
		'web c',
		'web 2 lines dropped',
		'web d',
	]);
	expect(await shown(logs, 9, { since: epoch + 5 })).toEqual([]);
	expect(await shown(logs, 2, { stream: 'stdout' })).toEqual(['web b', 'web d']);
	expect(await shown(logs, 9, { stream: 'stderr' })).toEqual(['web c']);
	expect(await shown(logs, 9, { stream: 'archon', since: epoch + 3 })).toEqual(['web 2 lines dropped']);
});

test('a log that was last written before what is shown is not opened', async () => {
	const directory = temporary();
	const fresh = new LogFiles(directory, 'fresh').write(60_000, 'x', 'y');
	const old = new LogFiles(directory, 'old').write(0, 'z');
	fs.rmSync(old.path);
	fs.mkdirSync(old.path); // reading it would throw
	const logs = [of(fresh, 'fresh', epoch + 60_002), of(old, 'old', epoch)];
	expect(await shown(logs, 2)).toEqual(['fresh x', 'fresh y']);
	await expect(tailLogs(logs, { lines: 3 })).rejects.toThrow('EISDIR');
});

test('never more than the most lines come, nor much more than 16 MiB', async () => {
	const many = new LogFiles().write(0, ...Array.from({ length: mostLines + 5 }, () => 'x'));
	expect(await tailLogs([of(many, 'web')], { lines: 1e9 })).toHaveLength(mostLines);
	const long = new LogFiles().write(0, ...Array.from({ length: 300 }, () => 'x'.repeat(65_536)));
	expect(await tailLogs([of(long, 'web')], { lines: 300 })).toHaveLength(256);
});

test('a hundred logs at a time are merged, too', async () => {
	const directory = temporary();
	const logs = Array.from({ length: 100 }, (_, n) => {
		const log = new LogFiles(directory, `n${n}`);
		for (let i = 0; i < 5; i++) {
			log.write(100 * i + n, `${100 * i + n}`);
		}
		return of(log, `n${n}`);
	});
	const rows = await tailLogs(logs, { lines: 450 });
	expect(rows.map(({ line }) => Number(line))).toEqual(Array.from({ length: 450 }, (_, i) => 50 + i));
});
