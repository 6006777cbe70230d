import { expect, test } from 'vitest';
import { Batch } from '../../src/events/batch.ts';
import { Bus } from '../../src/events/bus.ts';
import { openJournal, scratch } from './scratch.ts';

function batchOf() {
	const journal = openJournal(scratch());
	const bus = new Bus(journal);
	const heard: string[] = [];
	bus.follow((event) => heard.push(`${event.seq} ${event.type}`));
	return { journal, batch: new Batch(bus), heard };
}

test('Events of a turn are published together at its end, in their order.', async () => {
	const { batch, heard } = batchOf();
	batch.add('process.started', 'web', []);
	batch.add('process.ready', 'web', []);
	expect(heard).toEqual([]);
	await Promise.resolve();
	expect(heard).toEqual(['1 process.started', '2 process.ready']);
});

test('What is put off happens once everything added before is in the journal.', async () => {
	const { journal, batch } = batchOf();
	const newest: number[] = [];
	batch.add('process.exited', 'web', []);
	batch.after(() => newest.push(journal.newest));
	await Promise.resolve();
	expect(newest).toEqual([1]);
});

test('A flush publishes at once, and nothing twice.', async () => {
	const { batch, heard } = batchOf();
	batch.add('process.started', 'web', []);
	batch.flush();
	expect(heard).toEqual(['1 process.started']);
	await Promise.resolve();
	expect(heard).toHaveLength(1);
});

test('What is added while a batch is published belongs to the same turn.', () => {
	const { batch, heard } = batchOf();
	batch.add('process.started', 'web', []);
	batch.after(() => batch.add('process.exited', 'web', []));
	batch.flush();
	expect(heard).toEqual(['1 process.started', '2 process.exited']);
});

test('What is added because of an event carries its number, and what is heard of it nothing.', () => {
	const { journal, batch } = batchOf();
	batch.causes.during(4, () => {
		batch.add('process.started', 'web', ['pid=1']);
		batch.add('process.ready', 'web', [], 'events', 5);
		batch.after(() => batch.add('process.exited', 'web', []));
		batch.flush();
	});
	batch.add('process.stopped', 'web', []);
	batch.flush();
	const fields = [...journal.read(0)].map((it) => ('fields' in it ? it.fields.join(' ') : ''));
	expect(fields).toEqual(['pid=1 cause=4', 'cause=5', '', '']);
});

test('One that fails of those that were put off keeps the others from nothing.', () => {
	const { batch } = batchOf();
	const done: number[] = [];
	batch.after(() => done.push(1));
	batch.after(() => {
		throw new Error('odd');
	});
	batch.after(() => done.push(2));
	expect(() => batch.flush()).toThrow('odd');
	expect(done).toEqual([1, 2]);
});
