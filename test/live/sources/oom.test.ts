import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { native } from '../../../src/native/index.ts';
import { OomKills } from '../../../src/sources/oom.ts';
import { temporary } from '../../archon.ts';
import { until } from '../until.ts';
import { closing, Heard, want } from './heard.ts';

/** A control group (v1 or v2) whose processes may have 50 MB together; undefined where this machine has none to give. */
function bounded(): string | undefined {
	const name = `archon-test-${process.pid}-${Math.random().toString(36).slice(2)}`;
	for (const [base, file] of [
		['/sys/fs/cgroup/memory', 'memory.limit_in_bytes'],
		['/sys/fs/cgroup', 'memory.max'],
	] as const) {
		const path = `${base}/${name}`;
		try {
			mkdirSync(path);
		} catch {
			continue;
		}
		try {
			writeFileSync(`${path}/${file}`, String(50 * 2 ** 20));
			return path;
		} catch {
			rmdirSync(path);
		}
	}
	return undefined;
}

const probe = bounded();
if (probe !== undefined) {
	rmdirSync(probe);
}
/** Visible in the report: where no memory can be limited, or the kernel's log is not ours to read, nobody is killed. */
const killed = test.skipIf(probe === undefined || !isLogOurs());

function isLogOurs(): boolean {
	const heard = new Heard();
	const source = new OomKills({ ...heard.ports, nameOf: () => undefined });
	source.want([want('oom.killed')]);
	source.close();
	return heard.troubles.length === 0;
}

/** A process that takes more memory than its group has once it is told to. */
function hungry(): { child: ChildProcess; eat: () => void } {
	const group = bounded() ?? '';
	const script =
		"process.stdin.once('data', () => { const all = []; for (;;) all.push(Buffer.alloc(2 ** 20, 1)); });";
	const child = spawn(
		'/bin/sh',
		['-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', group, process.execPath, '-e', script],
		{
			stdio: ['pipe', 'ignore', 'ignore'],
		},
	);
	onTestFinished(async () => {
		child.kill('SIGKILL');
		await until(() => {
			try {
				rmdirSync(group);
				return true;
			} catch {
				return false;
			}
		});
	});
	return { child, eat: () => child.stdin?.write('\n') };
}

killed(
	'a process that the kernel ends because memory ran out is told, under the name that archon has for it',
	async () => {
		const heard = new Heard();
		const names = new Map<number, string>();
		const source = closing(new OomKills({ ...heard.ports, nameOf: (pid) => names.get(pid) }));
		source.want([want('oom.killed')]);
		const one = hungry();
		names.set(one.child.pid ?? 0, 'web');
		const ended = once(one.child, 'exit');
		one.eat();
		expect(await ended).toEqual([null, 'SIGKILL']);
		expect(await heard.line(`pid=${one.child.pid} `)).toMatch(
			/^oom\.killed web pid=\d+ comm=node(-MainThread)?$/,
		);
		const other = hungry();
		other.eat();
		expect(await heard.line(`pid=${other.child.pid} `)).toMatch(
			/^oom\.killed (node(?:-MainThread)?) pid=\d+ comm=\1$/,
		);
		// What is in the log by now is not news to who asks later.
		source.want([]);
		source.want([want('oom.killed')]);
		const third = hungry();
		third.eat();
		await heard.line(`pid=${third.child.pid} `);
		expect(heard.lines).toHaveLength(3);
	},
);

test('nothing is open before somebody wants it, nor when nobody does any more, nor when it cannot be watched', () => {
	const before = readdirSync('/proc/self/fd').length;
	const heard = new Heard();
	const source = closing(new OomKills({ ...heard.ports, nameOf: () => undefined, path: '/dev/null' }));
	expect(readdirSync('/proc/self/fd')).toHaveLength(before);
	source.want([want('oom.killed')]);
	expect(heard.troubles).toEqual([expect.stringContaining('cannot be watched')]);
	expect(readdirSync('/proc/self/fd')).toHaveLength(before);
	const path = `${temporary()}/kmsg`;
	native.mkfifo(path, -1, -1);
	const other = closing(new OomKills({ ...heard.ports, nameOf: () => undefined, path }));
	other.want([want('oom.killed')]);
	other.want([want('oom.killed')]);
	expect(readdirSync('/proc/self/fd')).toHaveLength(before + 1);
	other.want([]);
	expect(readdirSync('/proc/self/fd')).toHaveLength(before);
});

test('records are read one by one, and what is no kill is nobody’s', async () => {
	const heard = new Heard();
	const path = `${temporary()}/kmsg`;
	expect(native.mkfifo(path, -1, -1)).toBe(0);
	const source = closing(new OomKills({ ...heard.ports, nameOf: () => undefined, path }));
	source.want([want('oom.killed')]);
	const record = '3,1,2,-;Out of memory: Killed process 7 (a\\x2fb) total-vm:1kB\n';
	writeFileSync(path, record);
	expect(await heard.line('oom.killed')).toBe('oom.killed b pid=7 comm=a/b');
	source.want([]);
	expect(heard.troubles).toEqual([]);
});

test('where the log cannot be read that is said, once', () => {
	const heard = new Heard();
	const source = closing(new OomKills({ ...heard.ports, nameOf: () => undefined, path: '/nowhere' }));
	source.want([want('oom.killed')]);
	source.want([]);
	source.want([want('oom.killed')]);
	expect(heard.troubles).toEqual([
		"oom.killed is not told here: ENOENT: no such file or directory, open '/nowhere'",
	]);
});
