import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { isRefusal } from '../../src/base/refusal.ts';
import { Bus } from '../../src/events/bus.ts';
import { parseFilter } from '../../src/events/filter.ts';
import { Follower } from '../../src/events/follower.ts';
import { numbers, openJournal, publish as publishOne, scratch } from './scratch.ts';

function feed(limit?: number) {
	const journal = openJournal(scratch(), limit);
	const bus = new Bus(journal);
	const publish = (count: number, field = 'x=1') => {
		for (let i = 0; i < count; i++) {
			publishOne(bus, 'timer', i % 2 === 0 ? 'even' : 'odd', [field]);
		}
	};
	return { journal, bus, publish };
}

/** A client of a bus: what it was written, and whether it has room for more. */
function client({ journal, bus }: ReturnType<typeof feed>, after: number, fields: string[] = []) {
	const parsed = parseFilter(fields);
	if (isRefusal(parsed)) {
		throw new Error(parsed.refused);
	}
	const written: string[] = [];
	const state = {
		written,
		room: true,
		follower: undefined as unknown as Follower,
		seqs: () => seqsIn(written),
	};
	const write = (text: string) => {
		written.push(text);
		return state.room;
	};
	state.follower = new Follower({ journal, bus, filter: parsed.filter, after, write });
	onTestFinished(() => state.follower.stop());
	state.follower.start();
	return state;
}

function seqsIn(written: readonly string[]): (number | string)[] {
	const lines = written.join('').split('\n').slice(0, -1);
	return lines.map((line) => {
		const [kind, first, last] = line.split(',');
		return kind === 'Gap' ? `${first}-${last}` : Number(first);
	});
}

async function turns(count: number): Promise<void> {
	for (let i = 0; i < count; i++) {
		await turn();
	}
}

test('Who keeps up gets each event as it is published.', () => {
	const all = feed();
	const reader = client(all, 0);
	all.publish(1);
	expect(reader.written).toHaveLength(1);
	expect(reader.written[0]).toMatch(/^Event,1,[^\n]*,timer,even,x=1\n$/);
	all.publish(2);
	expect(reader.seqs()).toEqual([1, 2, 3]);
});

test('What is published together is written together, up to 64 KiB and the event that exceeds them.', () => {
	const all = feed(1 << 24);
	const reader = client(all, 0);
	const drafts = (count: number, field: string) =>
		Array.from({ length: count }, () => ({ type: 'timer', name: '-', fields: [field] }) as const);
	all.bus.publish(drafts(100, 'x=1'));
	expect(reader.written).toHaveLength(1);
	all.bus.publish(drafts(300, `x=${'x'.repeat(1000)}`));
	expect(reader.seqs()).toEqual(numbers(1, 400));
	expect(reader.written.length).toBeGreaterThan(4);
	for (const text of reader.written) {
		expect(text.length).toBeLessThan(65_536 + 1100);
	}
});

test('Who has no room in the middle of them gets the rest from the journal.', async () => {
	const all = feed(1 << 24);
	const reader = client(all, 0);
	reader.room = false;
	const draft = { type: 'timer', name: '-', fields: [`x=${'x'.repeat(1000)}`] } as const;
	all.bus.publish(Array.from({ length: 300 }, () => draft));
	expect(reader.written).toHaveLength(1);
	reader.room = true;
	reader.follower.drained();
	await turns(10);
	expect(reader.seqs()).toEqual(numbers(1, 300));
});

test('Who begins in the past gets that first, and what is published meanwhile once, in order.', async () => {
	const all = feed();
	all.publish(10);
	const reader = client(all, 4);
	all.publish(3);
	expect(reader.written).toEqual([]);
	await turns(3);
	expect(reader.seqs()).toEqual(numbers(5, 13));
	all.publish(1);
	expect(reader.seqs()).toEqual(numbers(5, 14));
});

test('After write returned false nothing is written until there is room, and then nothing is missing.', async () => {
	const all = feed();
	const reader = client(all, 0);
	reader.room = false;
	all.publish(50);
	await turns(5);
	expect(reader.seqs()).toEqual([1]);
	reader.room = true;
	reader.follower.drained();
	await turns(3);
	expect(reader.seqs()).toEqual(numbers(1, 50));
	all.publish(1);
	expect(reader.seqs()).toEqual(numbers(1, 51));
});

test('The slowest reader gets everything, whatever is published between.', async () => {
	const all = feed(1 << 24);
	const reader = client(all, 0);
	reader.room = false;
	for (let round = 0; round < 40; round++) {
		all.publish(97, `x=${'x'.repeat(round * 20)}`);
		const before = reader.written.length;
		reader.follower.drained();
		await turns(round % 3);
		all.publish(3);
		expect(reader.written.length - before).toBeLessThanOrEqual(1);
	}
	reader.room = true;
	reader.follower.drained();
	await turns(30);
	expect(reader.seqs()).toEqual(numbers(1, 4000));
});

test('A turn of the loop writes at most 500 events or 64 KiB and the event that exceeds them.', async () => {
	const all = feed(1 << 24);
	all.publish(1200);
	all.publish(300, `x=${'x'.repeat(1000)}`);
	const reader = client(all, 0);
	await turn();
	expect(reader.written).toHaveLength(1);
	expect(reader.seqs()).toEqual(numbers(1, 500));
	await turns(20);
	expect(reader.seqs()).toEqual(numbers(1, 1500));
	for (const text of reader.written) {
		expect(text.split('\n').length - 1).toBeLessThanOrEqual(500);
		expect(text.length).toBeLessThan(65_536 + 1100);
	}
});

test('Events that are not wanted take turns too, and cost no write.', async () => {
	const all = feed(1 << 24);
	all.publish(4000);
	const reader = client(all, 0, ['names=none']);
	await turns(3);
	publishOne(all.bus, 'timer', 'none', []);
	expect(reader.written).toEqual([]);
	await turns(10);
	expect(reader.seqs()).toEqual([4001]);
	all.publish(5);
	publishOne(all.bus, 'timer', 'none', []);
	expect(reader.seqs()).toEqual([4001, 4007]);
});

test('What the journal has lost while the reader was slow is told as a gap, in its place.', async () => {
	const all = feed(0);
	const reader = client(all, 0, ['names=odd']);
	reader.room = false;
	all.publish(2000);
	const { oldest } = all.journal;
	expect(oldest).toBeGreaterThan(3);
	reader.room = true;
	reader.follower.drained();
	await turns(10);
	expect(reader.seqs()).toEqual([
		2,
		`3-${oldest - 1}`,
		...numbers(oldest, 2000).filter((seq) => seq % 2 === 0),
	]);
});

test('Two readers, one slow and one filtered, do not disturb each other.', async () => {
	const all = feed(1 << 24);
	const slow = client(all, 0);
	const quick = client(all, 0, ['names=even']);
	slow.room = false;
	all.publish(1000);
	expect(slow.seqs()).toEqual([1]);
	expect(quick.seqs()).toEqual(numbers(1, 1000).filter((seq) => seq % 2 === 1));
	slow.room = true;
	slow.follower.drained();
	await turns(10);
	expect(slow.seqs()).toEqual(numbers(1, 1000));
	expect(quick.seqs()).toHaveLength(500);
});

test('Who is stopped is written nothing more, not even from the journal.', async () => {
	const all = feed();
	all.publish(10);
	const reader = client(all, 0);
	const other = client(all, 10);
	all.publish(1);
	reader.follower.stop();
	other.follower.stop();
	all.publish(1);
	reader.follower.drained();
	await turns(5);
	expect(reader.seqs()).toEqual([]);
	expect(other.seqs()).toEqual([11]);
});

test('Room that is told again and again changes nothing.', async () => {
	const all = feed();
	all.publish(1200);
	const reader = client(all, 0);
	for (let i = 0; i < 10; i++) {
		reader.follower.drained();
		await turn();
		reader.follower.drained();
	}
	expect(reader.seqs()).toEqual(numbers(1, 1200));
});

test('A reader whose journal is closed comes to rest.', async () => {
	const all = feed();
	all.publish(1200);
	const reader = client(all, 0);
	await turn();
	all.journal.close();
	await turns(5);
	expect(reader.seqs()).toEqual(numbers(1, 500));
	expect(process.getActiveResourcesInfo()).not.toContain('Immediate');
});
