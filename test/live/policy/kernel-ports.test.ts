import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { native } from '../../../src/native/index.ts';
import { type KernelParts, kernelPorts } from '../../../src/policy/kernel-ports.ts';
import { plainService } from '../../../src/service/defaults.ts';
import { kernelSources } from '../../../src/sources/kernel.ts';
import type { Source } from '../../../src/sources/source.ts';
import type { Entry } from '../../../src/supervisor/entry.ts';
import { Table } from '../../../src/supervisor/table.ts';
import { entryIn, mainOf, running } from '../../supervisor/entries.ts';
import { closing, Heard, want } from '../sources/heard.ts';
import { sleeping } from '../sources/program.ts';
import { until } from '../until.ts';

const glob = (text: string) => ({ is: 'glob', glob: text }) as const;

/** The parts of a daemon that the sources of the kernel need, around entries whose processes are the test's. */
function parts(heard: Heard, entries: readonly Entry[], ended: ReadonlyMap<number, string> = new Map()) {
	const table = new Table();
	for (const entry of entries) {
		table.add(entry);
	}
	const starts = {
		isMain: (pid: number) => entries.some((it) => it.kind === 'daemon' && it.process?.pid === pid),
		endedOf: (pid: number) => ended.get(pid),
	};
	return {
		...heard.ports,
		table,
		starts: starts as KernelParts['starts'],
		family: () => ({ keeper: process.pid, own: [], markOf: () => 0, hasOutlived: () => false }),
		every: () => 100,
		ledger: { keeper: process.pid, beside: [process.pid, 4_000_001] },
	};
}

function entryOf(name: string, child: ChildProcess, of: Partial<Entry> = {}): Entry {
	const service = { ...plainService, name, run: [name], labels: new Map([['tier', name]]) };
	return entryIn(running, { name, service, process: mainOf(child.pid ?? 0), ...of });
}

test('a want asks for those that its conditions may be about, by what is known before a look', async () => {
	const child = await sleeping();
	const stopped = entryIn({ tag: 'stopped' }, { name: 'mail' });
	const entries = [entryOf('web', child), entryOf('db', child, { kind: 'foreign' }), stopped];
	const { asked } = kernelPorts(parts(new Heard(), entries));
	const names = (when: object, except: object = {}) =>
		asked(want('process.sample', { ...when }, { ...except })).map(({ name }) => name);
	expect(names({})).toEqual(['web', 'db', 'mail']);
	expect(names({ name: glob('w*') })).toEqual(['web']);
	expect(names({ kind: glob('foreign') })).toEqual(['db']);
	expect(names({ state: glob('running') })).toEqual(['web', 'db']);
	expect(names({ labels: { is: 'table', fields: { tier: glob('web') } } })).toEqual(['web']);
	expect(names({ rss: { is: 'above', than: 5 } }, { name: glob('*b') })).toEqual(['mail']);
});

test('whose a process is', async () => {
	const [one, other] = [await sleeping(), await sleeping()];
	const web = entryOf('web', one);
	const foreign = entryOf('x', other, { kind: 'foreign' });
	const ended = new Map([[4_000_002, 'db']]);
	const ports = kernelPorts(parts(new Heard(), [web, foreign], ended));
	const ours = [process.pid, 4_000_001, 4_000_002, one.pid ?? 0, other.pid ?? 0];
	expect(ours.map(ports.isOurs)).toEqual(ours.map(() => true));
	expect(ports.isOurs(1)).toBe(false);
	expect([one.pid ?? 0, 4_000_002, 1].map(ports.nameOf)).toEqual(['web', 'db', undefined]);
});

/** Wants something of each source that has the type. */
function wanting(sources: readonly Source[], wants: ReturnType<typeof want>[]): void {
	for (const source of sources) {
		source.want(wants.filter(({ type }) => source.types.includes(type)));
	}
}

test('who asks for samples gets them of those, each time anew; a paused one is told like any other', async () => {
	const heard = new Heard();
	const [child, other] = [await sleeping(), await sleeping()];
	const web = entryOf('web', child);
	web.life = { ...web.life, state: { tag: 'paused', since: 0, frozen: 0 } };
	const { sources } = kernelSources(kernelPorts(parts(heard, [web, entryOf('db', other)])));
	sources.map(closing);
	wanting(sources, [want('process.sample', { name: glob('web') })]);
	child.kill('SIGSTOP');
	expect(await heard.line('process.sample')).toMatch(
		/^process\.sample web pid=\d+ start=1 processes=1 rss=[1-9]\d+ cpu=\d+\.\d fds=\d+ restarts=0$/,
	);
	heard.lines.length = 0;
	await heard.line('process.sample web');
	expect(heard.of(' db ')).toEqual([]);
});

const probe = native.procsOpen();
if (probe >= 0) {
	native.procsClose(probe);
}

test.skipIf(probe < 0)(
	'a process that is watched from now on has its end told by who watches it',
	async () => {
		const heard = new Heard();
		const kernel = kernelSources(kernelPorts(parts(heard, [])));
		kernel.adopted(1);
		kernel.retimed();
		kernel.sources.map(closing);
		wanting(kernel.sources, [
			want('process.spawned', { name: glob('archon-test'), ppid: { is: 'equal', to: process.pid } }),
		]);
		// It is loaded by and by: what begins before that is no news.
		await until(async () => {
			(await sleeping()).kill();
			return heard.lines.length > 0;
		});
		const [one, other] = [await sleeping(), await sleeping()];
		await heard.line('process.spawned', ` pid=${one.pid} `);
		await heard.line('process.spawned', ` pid=${other.pid} `);
		kernel.adopted(one.pid ?? 0);
		one.kill();
		await once(one, 'exit');
		other.kill();
		await heard.line('process.exited', ` pid=${other.pid} `);
		expect(heard.of(`process.exited archon-test pid=${one.pid} `)).toEqual([]);
	},
);
