import fs from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { LogFollower } from '../../../src/supervisor/logfollow.ts';
import type { LogStream } from '../../../src/supervisor/logrecord.ts';
import type { LogRow } from '../../../src/supervisor/logtail.ts';
import { temporary } from '../../archon.ts';
import { LogFiles } from '../../supervisor/logfiles.ts';
import { until } from '../until.ts';

/** A follower of these logs, and what it wrote; while `isFull` it is told that there is no room. */
function follow(logs: readonly LogFiles[], o: { rows?: LogRow[]; stream?: LogStream } = {}) {
	const seen = { lines: [] as string[], writes: 0, isFull: false };
	const follower = new LogFollower({
		logs: logs.map(({ path }) => ({ name: path.replace(/.*\/|\.log/g, ''), path, from: undefined })),
		rows: o.rows ?? [],
		stream: o.stream,
		write(rows) {
			seen.writes++;
			seen.lines.push(...rows.map(({ name, line }) => `${name} ${line}`));
			return !seen.isFull;
		},
	});
	onTestFinished(() => follower.stop());
	return { follower, seen };
}

test('first come the rows that are given, then what is written', async () => {
	const log = new LogFiles();
	const row: LogRow = { name: 'web', time: '', stream: 'stdout', line: 'given' };
	const { seen } = follow([log], { rows: [row] });
	await until(() => seen.lines.length === 1);
	log.write(0, 'a', 'b');
	await until(() => seen.lines.length === 3);
	expect(seen.lines).toEqual(['web given', 'web a', 'web b']);
});

test('what several logs have at a time is merged by time', async () => {
	const directory = temporary();
	const logs = ['x', 'y'].map((name) => new LogFiles(directory, name));
	logs[0]?.write(0, '0').write(2, '2').write(4, '4');
	logs[1]?.write(1, '1').write(3, '3').write(5, '5');
	const { seen } = follow(logs);
	await until(() => seen.lines.length === 6);
	expect(seen.lines).toEqual(['x 0', 'y 1', 'x 2', 'y 3', 'x 4', 'y 5']);
});

test('of a stream only its lines come', async () => {
	const log = new LogFiles().write(0, 'a').writePart('2026-11-20T10:00:00.500Z e b\n').write(600, 'c');
	const { seen } = follow([log], { stream: 'stderr' });
	log.writePart('2026-11-20T10:00:00.700Z e d\n');
	await until(() => seen.lines.length === 2);
	expect(seen.lines).toEqual(['web b', 'web d']);
});

test('one who has no room is given nothing more before he has, and then all he missed', async () => {
	const log = new LogFiles();
	const lines = Array.from({ length: 5000 }, (_, n) => `${n}`.padEnd(100, 'x'));
	log.write(0, ...lines.slice(0, 3000));
	const { follower, seen } = follow([log]);
	seen.isFull = true;
	await until(() => seen.writes === 1);
	expect(seen.lines.length).toBeLessThan(700);
	log
		.write(3000, ...lines.slice(3000, 4000))
		.rotate()
		.write(4000, ...lines.slice(4000));
	await new Promise(setImmediate);
	follower.drained();
	await until(() => seen.writes === 2);
	expect(seen.lines.length).toBeLessThan(1400);
	seen.isFull = false;
	follower.drained();
	await until(() => seen.lines.length === lines.length);
	expect(seen.lines).toEqual(lines.map((line) => `web ${line}`));
});

test('stopped, it writes nothing more', async () => {
	const log = new LogFiles().write(0, 'a');
	const { follower, seen } = follow([log]);
	await until(() => seen.lines.length === 1);
	follower.stop();
	log.write(1, 'b');
	const other = follow([log]);
	await until(() => other.seen.lines.length === 2);
	expect(seen.lines).toEqual(['web a']);
});

test('what cannot be read is told as a line, and the others go on', async () => {
	const directory = temporary();
	const [bad, good] = [new LogFiles(directory, 'bad'), new LogFiles(directory, 'good')];
	fs.mkdirSync(bad.path);
	const { seen } = follow([bad, good]);
	await until(() => seen.lines.length === 1);
	expect(seen.lines[0]).toMatch(/^bad cannot be read: EISDIR/);
	good.write(0, 'a');
	await until(() => seen.lines.length === 2);
	expect(seen.lines[1]).toBe('good a');
});
