import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Bus } from '../../src/events/bus.ts';
import type { Event, EventType, Gap } from '../../src/events/event.ts';
import { isGap } from '../../src/events/event.ts';
import { Journal, type RingName } from '../../src/events/journal.ts';

/** A directory of the running test's own; gone when that ends. */
export function scratch(): string {
	const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'archon-events-'));
	onTestFinished(() => fs.rmSync(directory, { recursive: true, force: true }));
	return directory;
}

/** A journal for the running test; closed when that ends. */
export function openJournal(directory: string, limit = 1 << 20, floor = 0): Journal {
	const journal = Journal.open({ directory, limit, floor });
	onTestFinished(() => journal.close());
	return journal;
}

/** Appends one event. */
export function append(
	journal: Journal,
	type: EventType,
	name: string,
	fields: readonly string[],
	time = Date.now(),
	ring: RingName = 'events',
): Event {
	return journal.append([{ type, name, fields, time, ring }])[0] as Event;
}

/** Publishes one event. */
export function publish(
	bus: Bus,
	type: EventType,
	name: string,
	fields: readonly string[],
	options: { readonly ring?: RingName; readonly time?: number } = {},
): Event {
	return bus.publish([{ type, name, fields, ...options }])[0] as Event;
}

/** What was read, short: the numbers of events, gaps as `first-last`. */
export function short(read: Iterable<Event | Gap>): (number | string)[] {
	return [...read].map((one) => (isGap(one) ? `${one.first}-${one.last}` : one.seq));
}

/** The numbers from `first` to `last`. */
export function numbers(first: number, last: number): number[] {
	return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** Bytes of all files below a directory. */
export function bytesBelow(directory: string): number {
	return fs
		.readdirSync(directory, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.reduce((sum, entry) => sum + fs.statSync(path.join(entry.parentPath, entry.name)).size, 0);
}
