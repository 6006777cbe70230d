import { expect, test } from 'vitest';
import {
	type Event,
	eventRecord,
	eventTypes,
	familyOf,
	gapRecord,
	isCustomType,
	isGap,
	isKnownType,
} from '../../src/events/event.ts';

const event: Event = {
	seq: 7,
	time: Date.UTC(2026, 10, 20, 10, 0, 0, 5),
	type: 'process.exited',
	name: 'web',
	fields: ['pid=42', 'start=3', 'exit=1'],
};

test('An event is a record with its number, time, type, name and fields.', () => {
	expect(eventRecord(event)).toBe(
		'Event,7,2026-11-20T10:00:00.005Z,process.exited,web,pid=42,start=3,exit=1\n',
	);
});

test('An event without fields ends with its name.', () => {
	expect(eventRecord({ ...event, name: '-', fields: [] })).toBe(
		'Event,7,2026-11-20T10:00:00.005Z,process.exited,-\n',
	);
});

test('Names and fields are quoted and escaped, so that a record is one line of ASCII.', () => {
	const strange = { ...event, name: 'a,b', fields: ['reason=say "hi"\n', 'path=\\\xc3\xa9\xff'] };
	expect(eventRecord(strange)).toBe(
		'Event,7,2026-11-20T10:00:00.005Z,process.exited,"a,b","reason=say ""hi""\\u{a}",path=\\\\\\u{e9}\\x{ff}\n',
	);
});

test('Two events in turn each get their own record.', () => {
	const other = { ...event, seq: 8 };
	expect([event, other, event].map((one) => eventRecord(one).split(',')[1])).toEqual(['7', '8', '7']);
});

test('A gap is a record with its first and last number.', () => {
	expect(gapRecord({ first: 3, last: 9 })).toBe('Gap,3,9\n');
});

test('A gap is told from an event.', () => {
	expect([isGap({ first: 1, last: 2 }), isGap(event)]).toEqual([true, false]);
});

test('Every type is there once, those of groups as those of processes.', () => {
	expect(new Set(eventTypes).size).toBe(eventTypes.length);
	for (const type of eventTypes.filter((one) => one.startsWith('process.'))) {
		expect(eventTypes).toContain(type.replace('process.', 'group.'));
	}
	expect(eventTypes).toContain('process.monitored');
	expect(eventTypes).toContain('request.handled');
});

test('What rules emit has a type of two words, of which the first is none of archon.', () => {
	const word = 'w'.repeat(64);
	for (const type of ['pager.sent', 'a.b', 'My-app.Down_2', `${word}.${word}`]) {
		expect([type, isCustomType(type), isKnownType(type)]).toEqual([type, true, false]);
	}
	for (const type of [
		'',
		'pager',
		'pager.',
		'.sent',
		'a.b.c',
		'a.2',
		'2.a',
		'a b.c',
		`${word}w.x`,
		`x.${word}w`,
	]) {
		expect([type, isCustomType(type)]).toEqual([type, false]);
	}
	for (const type of ['process.sent', 'timer.x', 'oom.x', ...eventTypes]) {
		expect([type, isCustomType(type)]).toEqual([type, false]);
	}
	expect([familyOf('pager.sent'), familyOf('timer'), familyOf('')]).toEqual(['pager', 'timer', '']);
});
