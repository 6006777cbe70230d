import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';

test('Subscribe sends Ok first and then events as they happen', async () => {
	const archon = await Archon.start();
	const events = await archon.connect();
	const client = await archon.connect();
	expect((await events.call(['Subscribe'])).final).toEqual({ tag: 'ok' });
	await client.call(['Run', 'true']);
	const seen: (readonly string[])[] = [];
	for await (const record of events.follow()) {
		seen.push(record);
		if (seen.length === 2) {
			break;
		}
	}
	expect(seen.map((it) => it.slice(0, 2).concat(it.slice(3, 5)))).toEqual([
		['Event', '2', 'process.started', 'true'],
		['Event', '3', 'process.exited', 'true'],
	]);
	expect(seen[1]?.slice(5)).toEqual([expect.stringMatching(/^pid=\d+$/), 'start=1', 'exit=0']);
});

test('since=0 gives all there are and then goes on', async () => {
	const archon = await Archon.start();
	const events = await archon.connect();
	const client = await archon.connect();
	await client.call(['Run', 'true']);
	await events.call(['Subscribe', 'since=0']);
	await client.call(['Run', 'true']);
	const seqs: number[] = [];
	for await (const record of events.follow()) {
		seqs.push(Number(record[1]));
		if (seqs.length === 5) {
			break;
		}
	}
	expect(seqs).toEqual([1, 2, 3, 4, 5]);
});

test('since= beyond the newest is an Error, and so is a time', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('Subscribe,since=9\n')).toEqual([
		'Error,"""since=9"" is beyond the newest event, 1"',
	]);
	expect(await archon.lines('Subscribe,since=1h\n')).toEqual([
		'Error,"""since=1h"" is not the number of an event"',
	]);
});

test('filters leave holes in seq', async () => {
	const archon = await Archon.start();
	const events = await archon.connect();
	const client = await archon.connect();
	await events.call(['Subscribe', 'types=process.exited']);
	await client.call(['Run', 'true']);
	await client.call(['Run', 'true']);
	const seqs: number[] = [];
	for await (const record of events.follow()) {
		seqs.push(Number(record[1]));
		if (seqs.length === 2) {
			break;
		}
	}
	expect(seqs).toEqual([3, 5]);
});

test('a subscriber that does not read is served from the journal later and misses nothing', async () => {
	const archon = await Archon.start();
	const events = await archon.connect();
	const client = await archon.connect();
	await events.call(['Subscribe', 'types=process.exited']);
	const runs = 1500;
	// More events than its socket holds; nobody reads them meanwhile.
	const said = await archon.lines('Run,nosuch\n'.repeat(10) + 'Run,true\n'.repeat(runs));
	expect(said.filter((line) => line === 'ExitStatus,0')).toHaveLength(runs);
	await client.call(['Ping']);
	const seqs: number[] = [];
	for await (const record of events.follow()) {
		expect(record[0]).toBe('Event');
		seqs.push(Number(record[1]));
		if (seqs.length === runs) {
			break;
		}
	}
	expect(new Set(seqs).size).toBe(runs);
	expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
}, 60_000);
