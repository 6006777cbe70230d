import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Event, eventRecord, eventTypes } from '../../src/events/event.ts';
import { parseLine, seqAt } from '../../src/events/line.ts';

const bytes = fc.uint8Array().map((array) => Buffer.from(array).toString('latin1').replaceAll('\0', ''));
const text = fc.oneof(bytes, fc.string({ unit: fc.constantFrom('"', ',', '\n', '\\', 'a', '=') }));
const events: fc.Arbitrary<Event> = fc.record({
	seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
	time: fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }),
	type: fc.constantFrom(...eventTypes),
	name: text,
	fields: fc.array(text),
});

test('The line of any event gives the event back.', () => {
	fc.assert(
		fc.property(events, (event) => {
			expect(parseLine(eventRecord(event).slice(0, -1))).toEqual(event);
		}),
	);
});

test('What was read is sent as it stands there.', () => {
	fc.assert(
		fc.property(events, (event) => {
			const record = eventRecord(event);
			const parsed = parseLine(record.slice(0, -1)) as Event;
			expect(eventRecord(parsed)).toBe(record);
			expect(eventRecord({ ...parsed })).toBe(record);
		}),
	);
});

test('Any beginning of a line is an event with that number or nothing, and never throws.', () => {
	fc.assert(
		fc.property(events, fc.nat(), (event, cut) => {
			const line = eventRecord(event).slice(0, -1);
			const parsed = parseLine(line.slice(0, cut % line.length));
			expect([undefined, event.seq]).toContain(parsed?.seq);
		}),
	);
});

test.each([
	'',
	'Event,',
	'Event,x,2026-11-20T10:00:00.000Z,timer,-',
	'Event,1x,2026-11-20T10:00:00.000Z,timer,-',
	'Event,99999999999999999,2026-11-20T10:00:00.000Z,timer,-',
	'Event,1,yesterday,timer,-',
	'Event,1,2026-11-20T10:00:00.000Z,timer',
	'Event,1,2026-11-20T10:00:00.000Z,timer,-,"a',
	'Event,1,2026-11-20T10:00:00.000Z,timer,-,a"b',
	'Event,1,2026-11-20T10:00:00.000Z,timer,-,"a"b',
	'Gap,1,2',
	'\0\0\0Event,1,2026-11-20T10:00:00.000Z,timer,-',
])('The damaged line %j is no event.', (line) => {
	expect(parseLine(line)).toBeUndefined();
});

test('An event of a type that this version does not know is kept.', () => {
	expect(parseLine('Event,1,2026-11-20T10:00:00.000Z,moon.rose,-')?.type).toBe('moon.rose');
});

test('A field of megabytes with quotes in it is read.', () => {
	const fields = [`args=${'say "x", '.repeat(400_000)}`];
	const event: Event = { seq: 1, time: 0, type: 'request.received', name: 'a', fields };
	expect(parseLine(eventRecord(event).slice(0, -1))?.fields[0] === fields[0]).toBe(true);
});

test('The number of a line is read anywhere in a text.', () => {
	expect(seqAt('abc\nEvent,123,x', 4)).toBe(123);
	expect(seqAt('abc\nEvent,123', 4)).toBeNaN();
	expect(seqAt('abc', 0)).toBeNaN();
});
