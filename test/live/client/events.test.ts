import { expect, expectTypeOf, onTestFinished, test } from 'vitest';
import { type Archon as Client, connect, type Event, type Gap } from '../../../src/client/archon.ts';
import { Archon } from '../../archon.ts';
import { crash } from '../crash.ts';

async function pair(): Promise<{ daemon: Archon; client: Client }> {
	const daemon = await Archon.start();
	const client = await connect({ socket: daemon.socket });
	onTestFinished(() => client.close());
	return { daemon, client };
}

/** The next few. */
async function take<T>(items: AsyncIterator<T, void>, count: number): Promise<T[]> {
	const taken: T[] = [];
	while (taken.length < count) {
		const { value } = await items.next();
		if (value === undefined) {
			throw new Error(`it ended after ${taken.length}`);
		}
		taken.push(value);
	}
	return taken;
}

test('events come as they happen, told apart by their type', async () => {
	const { client } = await pair();
	const events = client.events({ types: ['process.started', 'process.exited'], names: 'job' });
	await events.ready;
	await client.run(['true'], { name: 'other' });
	await client.run(['sh', '-c', 'exit 3'], { name: 'job' });
	await client.run(['sh', '-c', 'kill -TERM $$'], { name: 'job' });
	const [started, exited, , killed] = await take(events, 4);
	expect(started).toEqual({
		seq: expect.any(Number),
		time: expect.any(Date),
		type: 'process.started',
		name: 'job',
		pid: expect.any(Number),
		start: expect.any(Number),
		fields: { pid: String(started?.type !== 'gap' && started?.pid), start: expect.any(String) },
	});
	expect(exited).toMatchObject({ type: 'process.exited', exit: 3 });
	expect(killed).toMatchObject({ type: 'process.exited', signal: 'TERM', fields: { signal: 'TERM' } });
	if (exited?.type === 'process.exited') {
		expectTypeOf(exited.exit).toEqualTypeOf<number | undefined>();
		expectTypeOf(exited.name).toEqualTypeOf<string>();
	}
});

test('the types of a filter are those of its events', async () => {
	const { client } = await pair();
	type ItemOf<T> = T extends AsyncIterator<infer I, void> ? I : never;
	expectTypeOf<ItemOf<ReturnType<typeof client.events>>>().toEqualTypeOf<Event | Gap>();
	const [exited, paging, custom] = [
		client.journal({ types: 'process.exited' }),
		client.journal({ types: ['pager.*'] }),
		client.journal({ types: ['pager.sent', 'daemon.started'] }),
	];
	expectTypeOf<ItemOf<typeof exited>['type']>().toEqualTypeOf<'process.exited' | 'gap'>();
	expectTypeOf<ItemOf<typeof paging>['type']>().toEqualTypeOf<`pager.${string}` | 'gap'>();
	expectTypeOf<ItemOf<typeof custom>['type']>().toEqualTypeOf<'pager.sent' | 'daemon.started' | 'gap'>();
	expect(await Array.fromAsync(custom)).toMatchObject([{ type: 'daemon.started', name: null }]);
});

test('the journal is read up to now, from a number, a time or a duration, or its newest', async () => {
	const { client } = await pair();
	const before = new Date();
	await client.run(['sh', '-c', 'exit 3'], { name: 'job' });
	const all = await Array.fromAsync(client.journal());
	expect(all.map(({ type }) => type)).toEqual(['daemon.started', 'process.started', 'process.exited']);
	expect(await Array.fromAsync(client.journal({ since: 1 }))).toEqual(all.slice(1));
	expect(await Array.fromAsync(client.journal({ since: '1h' }))).toEqual(all);
	expect(await Array.fromAsync(client.journal({ since: before, types: 'process.*' }))).toEqual(all.slice(1));
	expect(await Array.fromAsync(client.journal({ last: 1 }))).toEqual(all.slice(2));
	for await (const event of client.journal()) {
		expect(event.type).toBe('daemon.started');
		break;
	}
	await client.ping();
});

test('over crashes of the daemon nothing is missed and nothing comes twice', async () => {
	const { daemon, client } = await pair();
	const events = client.events({ types: 'process.*' });
	await events.ready;
	const seen: (string | number)[] = [];
	for (let round = 0; round < 3; round++) {
		// Before the first event has come there is a number to go on from, too.
		await crash(daemon);
		await client.run(['true'], { name: `a${round}` });
		await client.run(['true'], { name: `b${round}` });
		for (const event of await take(events, 3)) {
			seen.push(`${event.type} ${event.type === 'gap' ? '' : event.name}`);
		}
	}
	await crash(daemon);
	for (const event of await take(events, 3)) {
		seen.push(`${event.type} ${event.type === 'gap' ? '' : event.name}`);
	}
	expect(seen).toEqual(
		['a0', 'b0', 'a1', 'b1', 'a2', 'b2'].flatMap((name) => [
			`process.started ${name}`,
			`process.exited ${name}`,
		]),
	);
});

test('while nobody iterates nothing is lost; what comes later begins behind the last', async () => {
	const { daemon, client } = await pair();
	const events = client.events({ since: 0, types: 'process.exited' });
	const names = ['a', 'b', 'c', 'd'];
	for (const name of names) {
		await client.run(['true'], { name });
		await crash(daemon);
	}
	expect((await take(events, 2)).map((event) => event.type !== 'gap' && event.name)).toEqual(['a', 'b']);
	const { last } = events;
	await events.return();
	const rest = client.events({ since: last, types: 'process.exited' });
	expect((await take(rest, 2)).map((event) => event.type !== 'gap' && event.name)).toEqual(['c', 'd']);
});

test('it ends when its signal is aborted, before, between and while somebody waits', async () => {
	const { client } = await pair();
	const done = { done: true, value: undefined };
	expect(await client.events({ signal: AbortSignal.abort() }).next()).toEqual(done);
	const control = new AbortController();
	const events = client.events({ signal: control.signal });
	await events.ready;
	const next = events.next();
	control.abort();
	expect(await next).toEqual(done);
	expect(await events.next()).toEqual(done);
	const between = new AbortController();
	const all = client.events({ since: 0, signal: between.signal });
	expect((await all.next()).done).toBe(false);
	between.abort();
	expect(await all.next()).toEqual(done);
});

test('who leaves the loop closes the connection', async () => {
	const { client } = await pair();
	const events = client.events({ since: 0 });
	for await (const event of events) {
		expect(event.type).toBe('daemon.started');
		break;
	}
	expect(await events.next()).toEqual({ done: true, value: undefined });
	const waiting = client.events();
	await waiting.ready;
	const next = waiting.next();
	await waiting.return();
	expect(await next).toEqual({ done: true, value: undefined });
});

test('when no daemon comes back it gives up with what it found', async () => {
	const { daemon, client } = await pair();
	const events = client.events({ types: 'daemon.*', patience: '50ms' });
	await events.ready;
	await daemon.end();
	expect((await take(events, 1))[0]?.type).toBe('daemon.stopping');
	await expect(events.next()).rejects.toMatchObject({ name: 'NoDaemonError', code: 'ENOENT' });
	expect(await events.next()).toEqual({ done: true, value: undefined });
});

test('it goes on with the next archond of the same state', async () => {
	const { daemon, client } = await pair();
	const events = client.events({ types: 'daemon.*' });
	await events.ready;
	await daemon.end();
	await Archon.start(daemon.directory);
	expect((await take(events, 2)).map(({ type }) => type)).toEqual(['daemon.stopping', 'daemon.started']);
});
