import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { mostMatches, type Passed } from '../../../src/sources/files/lookup.ts';
import { mostPatterns } from '../../../src/sources/files/watcher.ts';
import { mostWatches, Watches } from '../../../src/sources/files/watches.ts';
import { Inbox, scratch, watched, write } from '../../sources/files/scratch.ts';

const isRoot = process.getuid?.() === 0;
/** Limits of one's own take a user namespace, which a container may not have. */
const isApart = spawnSync('unshare', ['--user', '--map-root-user', 'true']).status === 0;
const program = fileURLToPath(new URL('../../programs/watching.ts', import.meta.url));

/** What a process says that is started by this command and watches these paths. */
function watching(command: readonly string[], paths: readonly string[], options = {}): Inbox<string> {
	const [file = '', ...args] = [...command, process.execPath, program, ...paths];
	const child: ChildProcess = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'], ...options });
	onTestFinished(() => void child.kill('SIGKILL'));
	const said = new Inbox<string>();
	createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => said.put(line));
	return said;
}

test.runIf(isApart)('no inotify watches left is told once, and what can be watched is', async () => {
	const at = scratch();
	for (const name of ['a', 'b', 'c', 'd', 'e']) {
		write(`${at}/${name}/x`, '1');
	}
	const few = 'echo 3 > /proc/sys/user/max_inotify_watches && exec "$0" "$@"';
	const paths = ['a/x', 'b/*', 'c/*', 'd/*', 'e/*'].map((it) => `${at}/${it}`);
	const said = watching(['unshare', '--user', '--map-root-user', 'sh', '-c', few], paths);
	expect(await said.next()).toBe(
		'trouble: cannot watch all: no inotify watches are left, raise fs.inotify.max_user_watches',
	);
	expect(await said.next()).toBe('watching');
});

test.runIf(isApart)('no inotify instances left is told once', async () => {
	const at = scratch();
	const none = 'echo 0 > /proc/sys/user/max_inotify_instances && exec "$0" "$@"';
	const said = watching(
		['unshare', '--user', '--map-root-user', 'sh', '-c', none],
		[`${at}/a`, `${at}/b`, `${at}/*`],
	);
	expect(await said.next()).toBe(
		'trouble: cannot watch: no inotify instances or descriptors are left, raise fs.inotify.max_user_instances',
	);
	expect(await said.next()).toBe('watching');
});

test('what may not be looked at is told, and tells nothing false', async () => {
	const at = scratch();
	write(`${at}/open/x`, '1');
	write(`${at}/shut/x`, '1');
	const user = isRoot ? { env: { ...process.env, WATCH_AS: '65534' } } : {};
	if (isRoot) {
		for (const path of ['', '/open', '/shut', '/open/x', '/shut/x']) {
			chownSync(at + path, 65534, 65534);
		}
	}
	const said = watching([], [`${at}/*/x`], user);
	expect(await said.next()).toBe('watching');
	chmodSync(`${at}/shut`, 0);
	expect(await said.next()).toBe(`trouble: cannot look at ${at}/shut/x: permission denied`);
	writeFileSync(`${at}/open/x`, '2');
	expect(await said.next()).toBe(`changed ${at}/open/x`);
	chmodSync(`${at}/shut`, 0o700);
	unlinkSync(`${at}/shut/x`);
	expect(await said.next()).toBe(`removed ${at}/shut/x`);
	chmodSync(`${at}/shut`, 0o300);
	expect(await said.next()).toBe(`trouble: cannot watch ${at}/shut: permission denied`);
});

test(`a glob matches at most ${mostMatches} names`, async () => {
	const at = scratch();
	mkdirSync(`${at}/d`);
	for (let i = 0; i < mostMatches; i++) {
		writeFileSync(`${at}/d/${i}.x`, '');
	}
	const { told, complaints } = await watched(at, ['d/*.x']);
	unlinkSync(`${at}/d/0.x`);
	expect(await told.next()).toBe('removed d/0.x');
	write(`${at}/d/0.x`, '');
	expect(await told.next()).toBe('created d/0.x');
	write(`${at}/d/more.x`, '');
	expect(await complaints.next()).toBe(
		`d/*.x matches more than ${mostMatches} names: nothing is told of it until they are fewer`,
	);
	unlinkSync(`${at}/d/more.x`);
	unlinkSync(`${at}/d/1.x`);
	expect(await told.next()).toBe('removed d/1.x');
});

test(`names count over all directories of a glob`, async () => {
	const at = scratch();
	for (let i = 0; i < mostMatches / 2; i++) {
		mkdirSync(`${at}/d/${i}`, { recursive: true });
		writeFileSync(`${at}/d/${i}/x`, '');
	}
	const { told, complaints } = await watched(at, ['d/*/*'], false);
	rmSync(`${at}/d/0/x`);
	expect(await told.next()).toBe('removed d/0/x');
	write(`${at}/d/0/x`, '');
	expect(await told.next()).toBe('created d/0/x');
	write(`${at}/d/0/y`, '');
	expect(await complaints.next()).toContain(`matches more than ${mostMatches} names`);
});

test(`a watcher takes ${mostPatterns} paths`, async () => {
	const at = scratch();
	const paths = Array.from({ length: mostPatterns }, (_, i) => `${at}/${String(i).padStart(4, '0')}`);
	const { watcher, told, complaints } = await watched(at, []);
	await watcher.watch(paths);
	write(paths[mostPatterns - 1] ?? '', '1');
	expect(await told.next()).toBe(`created 3999`);
	await watcher.watch([...paths, `${at}/more`]);
	expect(await complaints.next()).toBe('more than 4000 paths would be watched: the first 4000 are');
	write(`${at}/more`, '1');
	write(`${at}/0000`, '1');
	expect(await told.next()).toBe(`created 0000`);
});

test(`at most ${mostWatches} directories are watched`, () => {
	const at = scratch();
	const watches = new Watches<string>(() => {});
	onTestFinished(() => watches.close());
	const passed = new Map<string, Passed>();
	for (let i = 0; i < mostWatches; i++) {
		mkdirSync(`${at}/${i}`);
		passed.set(`${at}/${i}`, { identity: '', asked: [] });
	}
	expect(watches.put('one', passed)).toEqual({ isNew: true, isGone: false, trouble: undefined });
	const more = new Map([[at, { identity: '', asked: [] }]]);
	const trouble = `cannot watch all: more than ${mostWatches} directories`;
	expect(watches.put('other', more)).toEqual({ isNew: false, isGone: false, trouble });
	expect(watches.put('one', new Map())).toEqual({ isNew: false, isGone: false, trouble: undefined });
	expect(watches.size).toBe(0);
	expect(watches.put('other', more)).toEqual({ isNew: true, isGone: false, trouble: undefined });
	expect(watches.put('one', new Map([[`${at}/none`, { identity: '', asked: [] }]]))).toEqual({
		isNew: false,
		isGone: true,
		trouble: undefined,
	});
});
