import { expect, test } from 'vitest';
import { oomKillIn } from '../../src/sources/oom-record.ts';

const sizes =
	'total-vm:91748kB, anon-rss:49152kB, file-rss:1024kB, shmem-rss:0kB, UID:0 pgtables:140kB oom_score_adj:0';

test('a kill is read, of the machine’s memory and of that of a control group', () => {
	expect(oomKillIn(`3,1201,98765432,-;Out of memory: Killed process 4711 (redis-server) ${sizes}\n`)).toEqual(
		{
			pid: 4711,
			comm: 'redis-server',
		},
	);
	expect(oomKillIn(`3,1,2,-,caller=T1;Memory cgroup out of memory: Killed process 5 (a) ${sizes}\n`)).toEqual(
		{
			pid: 5,
			comm: 'a',
		},
	);
	expect(
		oomKillIn('3,1,2,-;Killed process 9 (b), UID 1000, total-vm:1kB, anon-rss:1kB\n SUBSYSTEM=x'),
	).toEqual({
		pid: 9,
		comm: 'b',
	});
});

test('a comm may hold anything; what the kernel escaped is what it was', () => {
	expect(oomKillIn(`3,1,2,-;Out of memory: Killed process 7 ((sd) total-vm:) x) ${sizes}\n`)?.comm).toBe(
		'(sd) total-vm:) x',
	);
	expect(oomKillIn(`3,1,2,-;Out of memory: Killed process 7 (a\\x0ab\\xff) ${sizes}\n`)?.comm).toBe(
		'a\nb\xff',
	);
});

test('nothing else is one, least of all what a process wrote there itself', () => {
	for (const record of [
		'',
		'nothing',
		'6,339,5140900,-;NET: Registered protocol family 10\n',
		`11,1,2,-;Out of memory: Killed process 7 (a) ${sizes}\n`,
		`4,1,2,-;oom-kill:constraint=CONSTRAINT_MEMCG,task=a,pid=7,uid=0\n`,
		`4,1,2,-;something\n Killed process 7 (a) ${sizes}`,
		'3,1,2,-;Killed process x (a) total-vm:1kB',
	]) {
		expect(oomKillIn(record)).toBeUndefined();
	}
});
