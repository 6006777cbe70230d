import { expect, test } from 'vitest';
import { newEntry } from '../../../../src/supervisor/new-entry.ts';
import { FdStore, storeMost } from '../../../../src/supervisor/ready/fd-store.ts';
import { Archon, temporary } from '../../../archon.ts';
import { type Actor, Stagehand } from '../../../session/actor.ts';
import { ask, pidOf, status } from '../../../session/ask.ts';

async function play(): Promise<{ archon: Archon; hand: Stagehand; actor: Actor }> {
	const directory = temporary();
	const hand = new Stagehand(directory);
	const text = `[service.web]\nrun = ${hand.run}\nready = "notify"\nbackoff = { from = "1ms" }\nlimit = { failures = 99 }`;
	const archon = await Archon.configured(text, directory);
	return { archon, hand, actor: await hand.next() };
}

/** Ends it by itself, and waits for the next. */
async function again(hand: Stagehand, actor: Actor): Promise<Actor> {
	actor.tell('os._exit(1)');
	return await hand.next();
}

test('what a service hands in comes back with its next start, named and in its order', async () => {
	const { hand, actor } = await play();
	expect(await actor.does('given()')).toEqual([[], [], false]);
	await actor.does('file("a", "one")');
	await actor.does('file(text="two")');
	await actor.does('file("no:name", "three")');
	await actor.says('READY=1');
	const next = await again(hand, actor);
	expect(await next.does('given()')).toEqual([['a', 'stored', 'stored'], ['one', 'two', 'three'], true]);
});

test('one whose other side hangs up is dropped, unless it is not to be watched', async () => {
	const { hand, actor } = await play();
	await actor.does('pair("watched", text="one")');
	await actor.does('pair("blind", more="\\nFDPOLL=0", text="two")');
	await actor.says('READY=1');
	// With it both other ends are gone.
	const next = await again(hand, actor);
	expect(await next.does('given()')).toEqual([['blind'], ['two'], true]);
});

test('a file is kept, and handed in again it is kept once', async () => {
	const { hand, actor } = await play();
	await actor.does('kept.append(os.open("/etc/passwd", os.O_RDONLY))');
	for (const name of ['one', 'two']) {
		await actor.does(`notify("FDSTORE=1\\nFDNAME=${name}", kept[0])`);
	}
	await actor.says('READY=1');
	const next = await again(hand, actor);
	const [names] = (await next.does('given()')) as [string[]];
	expect(names).toEqual(['one']);
	expect(await next.does('os.readlink("/proc/self/fd/3")')).toBe('/etc/passwd');
});

test('what is removed by its name is gone, and so is everything after a Stop', async () => {
	const { archon, hand, actor } = await play();
	for (const name of ['a', 'b', 'a', 'c']) {
		await actor.does(`notify("FDSTORE=1\\nFDNAME=${name}", os.open("/etc/passwd", os.O_RDONLY))`);
	}
	await actor.says('FDSTOREREMOVE=1', 'FDNAME=a');
	await actor.says('FDSTOREREMOVE=1');
	await actor.says('READY=1');
	const next = await again(hand, actor);
	expect(((await next.does('given()')) as [string[]])[0]).toEqual(['b', 'c']);
	await next.says('READY=1');
	void ask(archon, 'Restart', 'web');
	const third = await hand.next();
	expect(((await third.does('given()')) as [string[]])[0]).toEqual(['b', 'c']);
	await ask(archon, 'Stop', 'web');
	void ask(archon, 'Start', 'web');
	const last = await hand.next();
	expect(((await last.does('given()')) as [string[]])[0]).toEqual([]);
});

test(`${storeMost} are kept, and of more it is said`, { timeout: 60_000 }, async () => {
	const { archon, hand, actor } = await play();
	await actor.does('import resource');
	await actor.does('resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))');
	const keep = (count: number) =>
		actor.does(
			`[notify("FDSTORE=1", *[os.open("/etc/passwd", os.O_RDONLY) for _ in range(n)]) for n in [128] * ${count >> 7} + [${count & 127}]] and os.closerange(4 + len(kept), 1024)`,
		);
	await keep(storeMost);
	await actor.says('READY=1');
	expect((await status(archon, 'web'))['reason']).toBe('');
	await keep(1);
	await actor.does('barrier()');
	expect((await status(archon, 'web'))['reason']).toBe(`1 descriptor not kept: more than ${storeMost}`);
	const pid = await pidOf(archon, 'web');
	const next = await again(hand, actor);
	expect(next.pid).not.toBe(pid);
	expect(await next.does('os.environ["LISTEN_FDS"]')).toBe(String(storeMost));
	expect(await next.does(`os.readlink("/proc/self/fd/${2 + storeMost}")`)).toBe('/etc/passwd');
});

test('hundreds that are kept already are found by few comparisons', () => {
	let asked = 0;
	const closed: number[] = [];
	const fileOf = (fd: number) => (fd * 7919) % 10_000;
	const store = new FdStore({
		native: {
			closeLater: (fds) => closed.push(...fds),
			fileOrder: (one, other) => {
				asked++;
				return fileOf(one) === fileOf(other) ? 0 : fileOf(one) < fileOf(other) ? 1 : 2;
			},
		},
		poller: { watch: () => 1, unwatch: () => {} } as never,
		kept: { claim: () => 1, put: () => {}, take: () => undefined, drop: () => {} },
		keptChanged: () => {},
	});
	const entry = newEntry('web', 'daemon');
	const first = Array.from({ length: storeMost }, (_, i) => 10_000 + i);
	expect(store.add(entry, first, 'a', false)).toBe(0);
	asked = 0;
	const copies = first.map((fd) => fd + 10_000);
	expect(store.add(entry, copies, 'b', false)).toBe(0);
	expect(closed).toEqual(copies);
	expect(asked).toBeLessThanOrEqual(storeMost * 10);
	expect(store.add(entry, [5000], 'c', false)).toBe(1);
	store.remove(entry, 'a');
	expect(store.add(entry, copies, 'b', false)).toBe(0);
	expect(store.of(entry)).toHaveLength(storeMost);
});
