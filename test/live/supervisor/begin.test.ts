import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { refuse } from '../../../src/base/refusal.ts';
import type { UserEntry } from '../../../src/native/addon.ts';
import { plainService } from '../../../src/service/defaults.ts';
import { Begin } from '../../../src/supervisor/begin.ts';
import { Cgroup } from '../../../src/supervisor/cgroup.ts';
import type { Entry } from '../../../src/supervisor/entry.ts';
import type { Extras } from '../../../src/supervisor/extras.ts';
import type { Starts } from '../../../src/supervisor/starts.ts';
import { Users } from '../../../src/supervisor/users.ts';
import { Archon } from '../../archon.ts';
import { ask, pidOf, status, written } from '../../session/ask.ts';
import { entryIn } from '../../supervisor/entries.ts';
import { isAlive } from '../told.ts';
import { until } from '../until.ts';
import { cgroups, hasCgroups } from './cgroup-place.ts';

const isRoot = process.getuid?.() === 0;

/** An archond with one service: `sh -c script`, and these further lines. */
async function serving(script: string, ...lines: string[]): Promise<Archon> {
	const run = JSON.stringify(['sh', '-c', script]);
	return await Archon.configured(['[service.web]', `run = ${run}`, ...lines, ''].join('\n'));
}

function statusOf(pid: number, field: string): string {
	const text = readFileSync(`/proc/${pid}/status`, 'latin1');
	return new RegExp(`^${field}:\\s+(.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';
}

/** Where the process is in the hierarchy of cgroup v2. */
function groupOf(pid: number): string {
	return /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'latin1'))?.[1] ?? '';
}

describe.skipIf(!isRoot)('a service of another user', () => {
	it("runs as that user, with nothing that is root's", async () => {
		const archon = await serving('exec sleep 60', 'user = "nobody"', 'no_new_privs = true', 'umask = "077"');
		await ask(archon, 'Wait', 'web', 'running');
		const pid = await pidOf(archon, 'web');
		expect(statusOf(pid, 'Uid')).toMatch(/^65534\s+65534\s+65534\s+65534$/);
		expect([statusOf(pid, 'CapEff'), statusOf(pid, 'CapPrm')]).toEqual(Array(2).fill('0'.repeat(16)));
		expect([statusOf(pid, 'NoNewPrivs'), statusOf(pid, 'Umask')]).toEqual(['1', '0077']);
		const env = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
		expect(env).toEqual(expect.arrayContaining(['USER=nobody', 'LOGNAME=nobody', 'ARCHON_SERVICE=web']));
		expect(env.some((setting) => setting.startsWith('ARCHON_SOCKET='))).toBe(false);
	});

	it('may open its output by name', async () => {
		const script = 'echo out > /dev/stdout; echo err > /dev/stderr; exec sleep 60';
		const archon = await serving(script, 'user = "nobody"');
		await until(async () => (await written(archon, 'web', 'stderr')).length > 0);
		expect(await written(archon, 'web')).toEqual(['out']);
		expect(await written(archon, 'web', 'stderr')).toEqual(['err']);
	});
});

describe('a service', () => {
	it('has the limits that were asked for, and is told where archon is', async () => {
		const archon = await serving('exec sleep 60', 'limits = { nofile = 123, core = 0 }', 'nice = 7');
		await ask(archon, 'Wait', 'web', 'running');
		const pid = await pidOf(archon, 'web');
		const limits = readFileSync(`/proc/${pid}/limits`, 'latin1');
		expect(limits).toMatch(/^Max open files +123 +123 /m);
		expect(limits).toMatch(/^Max core file size +0 +0 /m);
		expect(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[16]).toBe('7');
		const env = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
		expect(env).toContain(`ARCHON_SOCKET=${archon.socket}`);
	});

	it('is refused where a step before exec fails, and says which', async () => {
		const archon = await serving('exec sleep 60', 'limits = { nofile = 2000000000 }', 'restart = "never"');
		await ask(archon, 'Wait', 'web', 'failed');
		expect(await status(archon, 'web')).toMatchObject({
			reason: expect.stringContaining('limits: operation not permitted'),
		});
	});

	it('is refused where nobody keeps the limit of its control group, and says what to do', async () => {
		const offered = hasCgroups && cgroups().of('web', { memory: 1 << 30, pids: undefined });
		const archon = await serving('exec sleep 60', 'limits = { memory = "1GiB" }', 'restart = "never"');
		await ask(archon, 'Wait', 'web', offered instanceof Cgroup ? 'running' : 'failed');
		expect((await status(archon, 'web'))['reason']).toMatch(
			offered instanceof Cgroup ? /^-$/ : /limits: memory .*leave the limit out/,
		);
	});
});

describe.skipIf(!hasCgroups)('the control group of a service', () => {
	it('is its own from birth, kept over a restart, and gone with archon', async () => {
		const archon = await serving('exec sleep 60', 'restart = "always"', 'backoff = { from = "0ms" }');
		await ask(archon, 'Wait', 'web', 'running');
		const first = await pidOf(archon, 'web');
		const group = groupOf(first);
		expect(group).toMatch(/\/archon-[^/]+\/web\.service$/);
		expect(await ask(archon, 'Restart', 'web')).toBe('Ok');
		const second = await pidOf(archon, 'web');
		expect([second !== first, groupOf(second)]).toEqual([true, group]);
		const path = mountOf() + group;
		expect(readdirSync(path)).toContain('cgroup.procs');
		await archon.end();
		expect([existsSync(path), existsSync(`${path}/..`)]).toEqual([false, false]);
	});

	it('is halted by a pause, and ended whole by a stop', async () => {
		const archon = await serving('setsid sh -c "trap : TERM; while :; do sleep 60; done" & echo up; wait');
		await until(async () => (await written(archon, 'web')).length > 0);
		const pid = await pidOf(archon, 'web');
		const path = mountOf() + groupOf(pid);
		const events = () => readFileSync(`${path}/cgroup.events`, 'latin1');
		expect(await ask(archon, 'Pause', 'web')).toBe('Ok');
		await until(() => events().includes('frozen 1'));
		expect(await ask(archon, 'Resume', 'web')).toBe('Ok');
		await until(() => events().includes('frozen 0'));
		const pids = () => readFileSync(`${path}/cgroup.procs`, 'latin1').split('\n').filter(Boolean).map(Number);
		await until(() => pids().length >= 3);
		const all = pids();
		expect(await ask(archon, 'Pause', 'web')).toBe('Ok');
		expect(await ask(archon, 'Stop', 'web', '200ms')).toBe('Ok');
		expect(all.filter(isAlive)).toEqual([]);
	});
});

test('without control groups a service runs where archon does', async () => {
	const archon = await Archon.ungrouped();
	expect(await ask(archon, 'StartDaemon', 'sleep,60', 'ARCHON_NAME=web')).toBe('Ok');
	expect(groupOf(await pidOf(archon, 'web'))).toBe(groupOf(archon.keeper.pid ?? 0));
});

describe('a start that has to look its user up', () => {
	/** Answers when it is told to. */
	function beginning() {
		const asked: ((found: UserEntry | number) => void)[] = [];
		const done: string[] = [];
		const lookupUser = (_: string | number, told: (found: UserEntry | number) => void) =>
			asked.push(told) * 0;
		const begin = new Begin({
			native: { close: () => 0 },
			users: new Users({ lookupUser, lookupGroup: () => 0 }),
			cgroups: refuse('not in this test'),
			socket: '/s',
			sockets: { open: () => [], begins: () => undefined, given: () => undefined },
			doors: { open: () => '/d', close: () => undefined },
			ports: { take: () => new Map() },
			library: '/l.so',
			binders: { open: () => -1 },
			ready: () => ({ prepare: () => ({ passed: [], notify: undefined, listen: [], close: [] }) }) as never,
			starts: {
				spawn: (_: Entry, extras: Extras) => done.push(`spawned as ${extras.identity?.owner?.uid}`),
				feedBroken: (_: Entry, { step, text }: { step: string; text: string }) =>
					done.push(`${step}: ${text}`),
			} as unknown as Starts,
			stdioOf: () => undefined,
		});
		const service = { ...plainService, name: 'web', run: ['web'], user: 'carol' };
		const entry = entryIn({ tag: 'starting', first: true, spawned: false, since: 0 }, { service });
		return { begin, entry, done, asked };
	}
	const carol = { uid: 4001, gid: 4001, groups: [4001], name: 'carol', home: '/', shell: '' };

	it('starts when it is known', async () => {
		const { begin, entry, done, asked } = beginning();
		begin.spawn(entry);
		expect(done).toEqual([]);
		asked[0]?.(carol);
		await until(() => done.length > 0);
		expect(done).toEqual(['spawned as 4001']);
	});

	it('does not start when there is no such user', async () => {
		const { begin, entry, done, asked } = beginning();
		begin.spawn(entry);
		asked[0]?.(-2);
		await until(() => done.length > 0);
		expect(done).toEqual(['user: there is no user "carol"; make it, or name another']);
	});

	it('is given up at once, and nothing comes of a late answer', async () => {
		const { begin, entry, done, asked } = beginning();
		begin.spawn(entry);
		begin.abandon(entry);
		begin.abandon(entry);
		asked[0]?.(carol);
		await new Promise(setImmediate);
		expect(done).toEqual(['start: given up before it ran']);
	});
});

function mountOf(): string {
	return / (\S+) \S+ - cgroup2 /.exec(readFileSync('/proc/self/mountinfo', 'latin1'))?.[1] ?? '';
}
