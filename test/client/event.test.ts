import { expect, expectTypeOf, test } from 'vitest';
import { type Event, type EventFor, readEvent, readGap } from '../../src/client/event.ts';
import type { KnownType } from '../../src/events/event.ts';

const head = ['7', '2026-11-20T10:00:00.250Z'];

test('what is known of a type has its kind; fields are all of it as text', () => {
	expect(readEvent([...head, 'process.exited', 'web'], ['pid=12', 'start=3', 'exit=0', 'new=1'])).toEqual({
		seq: 7,
		time: new Date('2026-11-20T10:00:00.250Z'),
		type: 'process.exited',
		name: 'web',
		pid: 12,
		start: 3,
		exit: 0,
		fields: { pid: '12', start: '3', exit: '0', new: '1' },
	});
	expect(readEvent([...head, 'process.sample', 'web'], ['rss=1024', 'cpu=1.5'])).toMatchObject({
		rss: 1024,
		cpu: 1.5,
	});
});

test('what is about the daemon has no name', () => {
	expect(readEvent([...head, 'daemon.started', '-'], ['version=1.0'])).toMatchObject({
		name: null,
		version: '1.0',
	});
});

test('what a rule has emitted keeps its words as text, and what caused it', () => {
	expect(
		readEvent([...head, 'pager.sent', 'web'], ['exit=1', 'to=\u00c3\u00bc=\u00ff', 'cause=3', 'odd']),
	).toEqual({
		seq: 7,
		time: new Date('2026-11-20T10:00:00.250Z'),
		type: 'pager.sent',
		name: 'web',
		cause: 3,
		fields: { exit: '1', to: 'ü=\ufffd', cause: '3', odd: '' },
	});
});

test('a gap has its ends', () => {
	expect(readGap(['3', '9'])).toEqual({ type: 'gap', first: 3, last: 9 });
});

test('every known type is a member of the union, and a glob picks its own', () => {
	expectTypeOf<Event['type']>().toEqualTypeOf<KnownType>();
	expectTypeOf<EventFor<'daemon.*'>['type']>().toEqualTypeOf<
		'daemon.started' | 'daemon.recovered' | 'daemon.stopping'
	>();
	expectTypeOf<EventFor<'*.exited'>['type']>().toEqualTypeOf<'process.exited' | 'group.exited'>();
	expectTypeOf<EventFor<'a.b'>['type']>().toEqualTypeOf<'a.b'>();
	expectTypeOf<EventFor<string>>().toEqualTypeOf<Event>();
	expectTypeOf<EventFor<'process.exited'>['exit']>().toEqualTypeOf<number | undefined>();
});
