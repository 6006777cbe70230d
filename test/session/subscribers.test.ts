import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/client/archon.ts';
import { Archon } from '../archon.ts';
import { numbers } from '../events/scratch.ts';
import { crash, daemonPid } from '../live/crash.ts';
import { until } from '../live/until.ts';
import { Subscriber } from './subscriber.ts';

/** A daemon whose service `name` can be paused and resumed, two events each time. */
async function paused(name = 'web', more = ''): Promise<Archon> {
	const archon = await Archon.configured(`${more}[service.${name}]\nrun = ["sleep", "1000"]\n`);
	await archon.lines(`Wait,${name},running\n`);
	return archon;
}

/** So many events, as fast as they come; resolves with the number of the last one. */
async function burst(archon: Archon, events: number, name = 'web'): Promise<number> {
	const replies = await archon.lines(`Pause,${name}\nResume,${name}\n`.repeat(events / 2));
	expect(replies.filter((it) => it !== 'Ok')).toEqual([]);
	return await newest(archon);
}

async function newest(archon: Archon): Promise<number> {
	const [, row = ''] = await archon.lines('Events,last=1\n');
	return Number(row.split(',')[1]);
}

test('a hundred subscribers each get every event of a burst once, in order; as many that never read delay nobody', async () => {
	const archon = await paused();
	const first = await newest(archon);
	const readers = await Promise.all(numbers(1, 100).map(() => Subscriber.begin(archon)));
	const idle = await Promise.all(numbers(1, 100).map(() => Subscriber.idle(archon)));
	const last = await burst(archon, 10_000);
	await Promise.all(readers.map((reader) => reader.sees(last)));
	const expected = numbers(first + 1, last);
	for (const reader of readers) {
		expect(reader.seqs).toEqual(expected);
	}
	// Who begins to read only now has missed nothing either.
	const [late] = idle;
	late?.read();
	await late?.sees(last);
	expect(late?.seqs).toEqual(expected);
}, 120_000);

test('subscribers that never read cost the daemon no memory for what they do not read', async () => {
	const name = 'x'.repeat(64);
	const archon = await paused(name);
	await Promise.all(numbers(1, 100).map(() => Subscriber.idle(archon)));
	await burst(archon, 10_000, name);
	const before = resident(archon);
	await burst(archon, 20_000, name);
	// It would be 300 MiB.
	expect(resident(archon) - before).toBeLessThan(100 * 1024);
}, 120_000);

test('what happens while a subscriber is sent what was before comes behind it, once', async () => {
	const archon = await paused();
	await burst(archon, 10_000);
	const readers = await Promise.all(numbers(1, 10).map(() => Subscriber.idle(archon, 'since=0')));
	for (const reader of readers) {
		reader.read();
	}
	const last = await burst(archon, 4000);
	await Promise.all(readers.map((reader) => reader.sees(last)));
	for (const reader of readers) {
		expect(reader.seqs).toEqual(numbers(1, last));
	}
}, 60_000);

test('a half-closed subscriber gets what was before and what comes', async () => {
	const archon = await paused();
	const middle = await burst(archon, 1000);
	const reader = await Subscriber.begin(archon, 'since=1');
	reader.half();
	await reader.sees(middle);
	const last = await burst(archon, 100);
	await reader.sees(last);
	expect(reader.seqs).toEqual(numbers(2, last));
});

test('since= with filters begins behind that number, and only what matches comes', async () => {
	const archon = await paused();
	await burst(archon, 10);
	const all = await Subscriber.begin(archon, 'since=0', 'types=process.paused', 'names=w*');
	const last = await burst(archon, 2);
	await all.sees(last - 1);
	const [, second = 0] = all.seqs;
	const rest = await Subscriber.begin(archon, `since=${second}`, 'types=process.paused');
	await rest.sees(last - 1);
	expect(rest.seqs).toEqual(all.seqs.slice(2));
	expect(await archon.lines(`Subscribe,types=process.paused,since=${last + 1}\n`)).toEqual([
		`Error,"""since=${last + 1}"" is beyond the newest event, ${last}"`,
	]);
});

test('a since= whose events the journal has no longer begins with a gap, filtered or not', async () => {
	const archon = await paused('web', '[daemon]\njournal = "16KiB"\n');
	const last = await burst(archon, 1000);
	const [, gap = ''] = await archon.lines('Events\n');
	const oldest = Number(gap.split(',')[2]) + 1;
	expect(oldest).toBeGreaterThan(100);
	const all = await Subscriber.begin(archon, 'since=50');
	await all.sees(last);
	expect(all.seqs).toEqual([-51, ...numbers(oldest, last)]);
	const some = await Subscriber.begin(archon, 'since=99', 'types=process.resumed');
	await some.sees(last);
	expect(some.seqs[0]).toBe(-100);
	expect(some.seqs.slice(1).every((seq, i, rest) => i === 0 || seq === (rest[i - 1] ?? 0) + 2)).toBe(true);
});

test('clients that follow go on over a crash in the middle of a burst without a hole and without a double', async () => {
	const archon = await paused();
	const client = await connect({ socket: archon.socket });
	onTestFinished(() => client.close());
	const filters = [{}, { types: 'process.paused' }, { names: 'web', exclude: 'process.resumed' }] as const;
	const all = numbers(1, 21).map((n) => client.events({ ...filters[n % 3], since: 0 }));
	const seen = all.map(() => [] as number[]);
	const reading = all.map(async (events, i) => {
		for await (const event of events) {
			seen[i]?.push(event.type === 'gap' ? -event.first : event.seq);
		}
	});
	for (let round = 0; round < 3; round++) {
		const since = await newest(archon);
		// It is cut off by the crash.
		const cut = archon.lines('Pause,web\nResume,web\n'.repeat(2000));
		for await (const _ of client.events({ types: 'process.resumed', since })) {
			break;
		}
		await crash(archon);
		await cut;
		await client.start('web');
	}
	await client.pause('web');
	const last = await newest(archon);
	await until(() => seen.every((seqs) => (seqs.at(-1) ?? 0) >= last));
	for (const events of all) {
		await events.return();
	}
	await Promise.all(reading);
	const journal = await Array.fromAsync(client.journal());
	const wanted = filters.map((filter) =>
		journal.filter(
			(event) =>
				!('types' in filter && event.type !== filter.types) &&
				!('names' in filter && (event.type === 'gap' || event.name !== 'web')) &&
				!('exclude' in filter && event.type === filter.exclude),
		),
	);
	for (const [i, seqs] of seen.entries()) {
		const expected = (wanted[(i + 1) % 3] ?? []).map((event) =>
			event.type === 'gap' ? -event.first : event.seq,
		);
		expect(seqs).toEqual(expected);
	}
	expect(seen[2]).toEqual(numbers(1, journal.length));
}, 60_000);

/** KiB. */
function resident(archon: Archon): number {
	const status = readFileSync(`/proc/${daemonPid(archon)}/status`, 'latin1');
	return Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1]);
}
