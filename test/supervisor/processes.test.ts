import { closeSync, openSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
	commandOf,
	descriptorsOf,
	parseStat,
	readProcesses,
	uptime,
} from '../../src/supervisor/processes.ts';

const stat =
	'4711 (a) R (b)) S 1 2 3 34816 4711 4194304 100 0 0 0 10 20 300 4000 20 0 7 0 987654 1000000 250 18446744073709551615';

test('what /proc/PID/stat says is read behind the name, whatever that holds', () => {
	expect(parseStat(4711, stat)).toEqual({
		pid: 4711,
		state: 'S',
		parent: 1,
		group: 2,
		session: 3,
		ticks: 4330,
		started: 987_654,
		pages: 250,
	});
	expect(parseStat(4711, '')).toBeUndefined();
});

test('one look finds every process, this one and its parent among them', async () => {
	const found = await readProcesses();
	const self = found.get(process.pid);
	expect(self).toMatchObject({ pid: process.pid, parent: process.ppid });
	expect(found.has(process.ppid)).toBe(true);
	expect((self?.started ?? 0) / 100).toBeLessThanOrEqual(uptime());
	expect(self?.pages).toBeGreaterThan(1000);
});

test('a process has its command line, one that is gone has none', () => {
	expect(commandOf(process.pid)).toContain(process.argv[0]);
	expect(commandOf(2 ** 30)).toBe('[]');
});

test('a kernel thread has its name', () => {
	// Where the kernel's own are not to be seen, as in a container, there is nothing to look at.
	expect(['[kthreadd]', '[]', commandOf(2)]).toContain(commandOf(2));
});

test('open descriptors are counted', () => {
	const before = descriptorsOf(process.pid);
	const fd = openSync('/dev/null', 'r');
	expect(descriptorsOf(process.pid)).toBe(before + 1);
	closeSync(fd);
	expect(descriptorsOf(2 ** 30)).toBe(0);
});
