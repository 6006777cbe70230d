import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { isGap } from '../../src/events/event.ts';
import { Journal, leastLimit } from '../../src/events/journal.ts';
import { append, bytesBelow, numbers, openJournal, scratch, short } from './scratch.ts';

function fill(journal: Journal, count: number, ring: 'events' | 'runs' = 'events', fields = ['pid=1']): void {
	for (let i = 0; i < count; i++) {
		append(journal, 'process.exited', 'web', fields, i, ring);
	}
}

test('Numbers begin with 1 and grow by one, whichever ring an event goes to.', () => {
	const journal = openJournal(scratch());
	expect(journal.newest).toBe(0);
	const seqs = ['runs', 'events', 'runs'].map(
		(ring) => append(journal, 'timer', '-', [], 0, ring as 'runs').seq,
	);
	expect(seqs).toEqual([1, 2, 3]);
	expect([journal.oldest, journal.newest]).toEqual([1, 3]);
});

test('An event is in its file, as the record of the wire, when append returns.', () => {
	const directory = scratch();
	const journal = openJournal(directory);
	const time = Date.UTC(2026, 0, 1);
	append(journal, 'process.exited', 'web', ['pid=7', 'exit=0'], time);
	append(journal, 'process.exited', 'ls', ['pid=8', 'exit=0'], time, 'runs');
	const first = fs.readFileSync(path.join(directory, 'events', '0000000000000001'), 'latin1');
	const second = fs.readFileSync(path.join(directory, 'runs', '0000000000000002'), 'latin1');
	expect(first).toBe('Event,1,2026-01-01T00:00:00.000Z,process.exited,web,pid=7,exit=0\n');
	expect(second).toBe('Event,2,2026-01-01T00:00:00.000Z,process.exited,ls,pid=8,exit=0\n');
});

test('What is read is what was appended.', () => {
	const journal = openJournal(scratch());
	const events = [
		append(journal, 'process.exited', 'a,b', ['reason="x\n"', 'bytes=\xff\xc3\xa9\\'], 5, 'runs'),
		append(journal, 'timer', '-', [], 6),
	];
	expect([...journal.read(0)]).toEqual(events);
});

test('Counting goes on after opening again, from the newest of both rings.', () => {
	const directory = scratch();
	const before = openJournal(directory);
	fill(before, 3);
	fill(before, 2, 'runs');
	before.close();
	const after = openJournal(directory);
	expect(after.newest).toBe(5);
	fill(after, 2);
	expect(short(after.read(0))).toEqual(numbers(1, 7));
});

test('Counting goes on from the floor when that is higher, and what is missing is a gap.', () => {
	const directory = scratch();
	fill(openJournal(directory), 2);
	const journal = openJournal(directory, 1 << 20, 10);
	expect(journal.newest).toBe(10);
	expect(short(journal.read(0))).toEqual([1, 2, '3-10']);
	fill(journal, 1);
	expect(short(journal.read(0))).toEqual([1, 2, '3-10', 11]);
});

test('A floor lower than the newest changes nothing.', () => {
	const directory = scratch();
	fill(openJournal(directory), 5);
	expect(openJournal(directory, 1 << 20, 3).newest).toBe(5);
});

test('However often it is killed while it writes, no number repeats and no whole record is lost.', () => {
	const root = scratch();
	const life = fc.record({ count: fc.integer({ min: 1, max: 9 }), torn: fc.nat(60), runs: fc.boolean() });
	fc.assert(
		fc.property(fc.array(life, { minLength: 1, maxLength: 6 }), (lives) => {
			const directory = fs.mkdtempSync(path.join(root, 'killed-'));
			let seq = 0;
			for (const { count, torn, runs } of lives) {
				const ring = runs ? 'runs' : 'events';
				const journal = Journal.open({ directory, limit: 1 << 20, floor: 0 });
				expect(journal.newest).toBe(seq);
				fill(journal, count, ring);
				seq += count;
				journal.close();
				const files = fs.readdirSync(path.join(directory, ring));
				const record = `Event,${seq + 1},2026-01-01T00:00:00.000Z,process.exited,web`;
				fs.appendFileSync(path.join(directory, ring, files.at(-1) as string), record.slice(0, torn));
			}
			const journal = Journal.open({ directory, limit: 1 << 20, floor: 0 });
			expect(short(journal.read(0))).toEqual(numbers(1, seq));
			journal.close();
		}),
		{ numRuns: 30 },
	);
});

test('After a reboot counting goes on from the mark, and the numbers between are a gap.', () => {
	const directory = scratch();
	const before = openJournal(directory);
	fill(before, 3);
	before.close();
	const file = path.join(directory, 'seq');
	fs.writeFileSync(file, fs.readFileSync(file, 'latin1').replace(/ .*\n/, ' another-boot\n'));
	const after = openJournal(directory);
	const { newest } = after;
	expect(newest).toBeGreaterThan(65_536);
	fill(after, 1);
	expect(short(after.read(0))).toEqual([1, 2, 3, `4-${newest}`, newest + 1]);
});

test('The files never take more than the limit, and the beginning that is lost is a gap.', () => {
	const directory = scratch();
	const journal = openJournal(directory, 100_000);
	for (let i = 0; i < 300; i++) {
		fill(journal, 10, i % 3 === 0 ? 'runs' : 'events');
		expect(
			bytesBelow(path.join(directory, 'events')) + bytesBelow(path.join(directory, 'runs')),
		).toBeLessThan(100_001);
	}
	expect(journal.oldest).toBeGreaterThan(1);
	expect(short(journal.read(0)).slice(0, 2)).toEqual([`1-${journal.oldest - 1}`, journal.oldest]);
	expect(short(journal.read(journal.newest - 3))).toEqual(numbers(journal.newest - 2, journal.newest));
});

test('A flood of runs does not push out the history of services.', () => {
	const journal = openJournal(scratch(), 32_768);
	fill(journal, 5, 'events');
	fill(journal, 5000, 'runs');
	const read = short(journal.read(0));
	expect(read.slice(0, 5)).toEqual([1, 2, 3, 4, 5]);
	expect(read[5]).toMatch(/^6-\d+$/);
	expect(read.at(-1)).toBe(5005);
});

test('A flood of samples, output and requests pushes out neither services nor runs.', () => {
	const journal = openJournal(scratch(), 32_768);
	fill(journal, 5, 'events');
	fill(journal, 5, 'runs');
	const many = ['process.sample', 'process.output', 'request.received', 'request.handled'] as const;
	for (let i = 0; i < 5000; i++) {
		append(journal, many[i % 4] as 'process.sample', 'web', ['pid=1'], i, i % 2 ? 'events' : 'runs');
	}
	const read = short(journal.read(0));
	expect(read.slice(0, 10)).toEqual(numbers(1, 10));
	expect(read[10]).toMatch(/^11-\d+$/);
	expect(read.at(-1)).toBe(5010);
});

test('A journal of a version that had no ring for samples is opened, and has one then.', () => {
	const directory = scratch();
	const before = openJournal(directory);
	fill(before, 3);
	fill(before, 2, 'runs');
	before.close();
	fs.rmdirSync(path.join(directory, 'samples'));
	const journal = openJournal(directory);
	append(journal, 'process.sample', 'web', ['rss=1']);
	expect(short(journal.read(0))).toEqual(numbers(1, 6));
	expect(fs.readdirSync(path.join(directory, 'samples'))).toEqual(['0000000000000006']);
});

test('A limit of nothing is raised to the least.', () => {
	const directory = scratch();
	const journal = openJournal(directory, 0);
	fill(journal, 1000);
	expect(short(journal.read(990))).toEqual(numbers(991, 1000));
	expect(bytesBelow(path.join(directory, 'events'))).toBeLessThanOrEqual(leastLimit / 2);
});

test('What is appended while reading is read the next time.', () => {
	const journal = openJournal(scratch());
	fill(journal, 3);
	const reading = journal.read(0);
	reading.next();
	fill(journal, 3);
	expect(short(reading)).toEqual([2, 3]);
	expect(short(journal.read(3))).toEqual([4, 5, 6]);
});

test('Reading beyond the newest is nothing.', () => {
	const journal = openJournal(scratch());
	fill(journal, 3);
	expect(short(journal.read(3))).toEqual([]);
	expect(short(journal.read(30))).toEqual([]);
});

test('What is being read when the journal is closed ends, without a gap.', () => {
	const journal = openJournal(scratch());
	fill(journal, 3);
	const reading = journal.read(0);
	reading.next();
	journal.close();
	expect(short(reading)).toEqual([]);
});

test('Two rings of a megabyte are read in order, from any number.', () => {
	const journal = openJournal(scratch(), 1 << 24);
	for (let i = 0; i < 20_000; i++) {
		append(journal, 'timer', '-', [`x=${'x'.repeat(i % 200)}`], i, i % 7 < 3 ? 'runs' : 'events');
	}
	expect(short(journal.read(0))).toEqual(numbers(1, 20_000));
	for (const after of [1, 4095, 13_333, 19_999]) {
		expect(short(journal.read(after))).toEqual(numbers(after + 1, 20_000));
	}
});

test('A time gives the number after which the events from then on begin.', () => {
	const journal = openJournal(scratch(), 1 << 24);
	for (let i = 1; i <= 10_000; i++) {
		append(
			journal,
			'timer',
			'-',
			['x=0123456789012345678901234567890123456789'],
			i * 10,
			i % 2 ? 'runs' : 'events',
		);
	}
	expect(journal.seqAt(0)).toBe(0);
	expect(journal.seqAt(10)).toBe(0);
	for (const i of [1, 2, 500, 5001, 9999]) {
		expect(journal.seqAt(i * 10 + 1)).toBe(i);
		expect(journal.seqAt(i * 10 + 10)).toBe(i);
	}
	expect(journal.seqAt(100_001)).toBe(10_000);
});

test('Events of one time are all behind the number that it gives.', () => {
	const journal = openJournal(scratch());
	for (const time of [1, 2, 2, 2, 3]) {
		append(journal, 'timer', '-', [], time);
	}
	expect(journal.seqAt(2)).toBe(1);
	expect(journal.seqAt(3)).toBe(4);
});

test('When the clock went back, the number is too low rather than too high.', () => {
	const journal = openJournal(scratch());
	append(journal, 'timer', '-', [], 10, 'events');
	append(journal, 'timer', '-', [], 6, 'runs');
	append(journal, 'timer', '-', [], 12, 'runs');
	expect(journal.seqAt(8)).toBe(0);
});

test('A time before what the journal still has gives 0, so that the loss shows.', () => {
	const journal = openJournal(scratch(), 0);
	fill(journal, 1000);
	expect(journal.oldest).toBeGreaterThan(1);
	expect(journal.seqAt(0)).toBe(0);
});

test('A time in an empty journal gives 0, and a floor above it shows.', () => {
	expect(openJournal(scratch()).seqAt(5)).toBe(0);
	expect(openJournal(scratch(), 1 << 20, 7).seqAt(5)).toBe(0);
});

test('When the disk refuses, the event has its number all the same, and the trouble is told until it is over.', () => {
	const directory = scratch();
	const journal = openJournal(directory);
	fill(journal, 1);
	expect(journal.trouble).toBeUndefined();
	// The kernel's own full disk, where the first segment of the other ring would be.
	fs.symlinkSync('/dev/full', path.join(directory, 'runs', '0000000000000002'));
	expect(append(journal, 'timer', '-', [], 0, 'runs').seq).toBe(2);
	expect(journal.trouble).toMatch(/^.*\/runs cannot be written: no space left on device, make room there$/);
	expect(short(journal.read(0))).toEqual([1, '2-2']);
	fill(journal, 1, 'runs');
	expect(journal.trouble).toBeUndefined();
	expect(short(journal.read(0))).toEqual([1, '2-2', 3]);
});

test.skipIf(!canMount())('A disk that fills up in the middle of a record tears nothing.', () => {
	const directory = scratch();
	execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory]);
	onTestFinished(() => {
		execFileSync('umount', ['--lazy', directory]);
	});
	const journal = Journal.open({ directory, limit: 1 << 20, floor: 0 });
	fill(journal, 1);
	fs.writeFileSync(path.join(directory, 'ballast'), Buffer.alloc(40_000));
	const fields = [`x=${'x'.repeat(3000)}`];
	const lost: number[] = [];
	for (let i = 0; i < 20; i++) {
		const { seq } = append(journal, 'timer', '-', fields);
		if (journal.trouble !== undefined) {
			expect(journal.trouble).toContain('no space left on device');
			lost.push(seq);
		}
	}
	expect(lost.length).toBeGreaterThan(5);
	expect(lost.length).toBeLessThan(20);
	const gap = `${lost[0]}-${lost.at(-1)}`;
	const kept = numbers(1, (lost[0] ?? 0) - 1);
	expect(short(journal.read(0))).toEqual([...kept, gap]);
	fs.rmSync(path.join(directory, 'ballast'));
	fill(journal, 2);
	expect(journal.trouble).toBeUndefined();
	expect(short(journal.read(0))).toEqual([...kept, gap, 22, 23]);
	journal.close();
	const again = Journal.open({ directory, limit: 1 << 20, floor: 0 });
	expect(short(again.read(0))).toEqual([...kept, gap, 22, 23]);
	again.close();
});

function canMount(): boolean {
	const directory = fs.mkdtempSync('/tmp/archon-mount-');
	try {
		execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', directory], { stdio: 'ignore' });
		execFileSync('umount', [directory]);
		return true;
	} catch {
		return false;
	} finally {
		fs.rmdirSync(directory);
	}
}

test('Events appended together are read one by one, over the end of a segment and from one ring to the other.', () => {
	const directory = scratch();
	const journal = openJournal(directory, 1 << 17);
	const together = numbers(1, 300).map((i) => ({
		type: 'timer' as const,
		name: `n${i}`,
		fields: [`x=${'x'.repeat(i % 100)}`],
		ring: i % 50 < 25 ? ('runs' as const) : ('events' as const),
	}));
	expect(journal.append(together).map(({ seq }) => seq)).toEqual(numbers(1, 300));
	journal.close();
	const again = [...openJournal(directory, 1 << 17).read(0)];
	expect(again.map((one) => !isGap(one) && one.name)).toEqual(together.map(({ name }) => name));
});

test('Of events appended together, one that does not fit is a gap and the others are there.', () => {
	const journal = openJournal(scratch(), 16_384);
	const fields = (length: number) => [`x=${'x'.repeat(length)}`];
	const lengths = [1, 900, 9000, 2, 3];
	journal.append(lengths.map((length) => ({ type: 'timer', name: '-', fields: fields(length) })));
	expect(short(journal.read(0))).toEqual([1, 2, '3-3', 4, 5]);
	expect(journal.trouble).toContain('does not fit');
	fill(journal, 1);
	expect(journal.trouble).toBeUndefined();
});
