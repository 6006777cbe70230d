import { expect, expectTypeOf, test } from 'vitest';
import type { Batch } from '../../src/events/batch.ts';
import { eventTypes } from '../../src/events/event.ts';
import { type Field, type FieldOf, fieldNames, fields, fieldsIn } from '../../src/events/fields.ts';

test('every type has its fields, each a word with what it holds and one line of what it means', () => {
	expect(Object.keys(fields)).toEqual(eventTypes);
	for (const of of Object.values<Readonly<Record<string, Field>>>(fields)) {
		for (const [name, [, means]] of Object.entries(of)) {
			expect(name).toMatch(/^[a-z_]+$/);
			expect(means).toMatch(/^[^\n|A-Z][^\n|]*[^\n|.]$/);
		}
	}
});

test('an event can be told with the fields of its type alone, of several types with those that all have', () => {
	expectTypeOf<FieldOf<'oom.killed'>>().toEqualTypeOf<
		`pid=${string}` | `comm=${string}` | `cause=${string}`
	>();
	expectTypeOf<FieldOf<'process.exited' | 'oom.killed'>>().toEqualTypeOf<
		`pid=${string}` | `cause=${string}`
	>();
	const tell = (batch: Batch, line: string) => {
		batch.add('process.output', 'web', ['stream=stdout', `line=${line}`]);
		// @ts-expect-error it has no such field
		batch.add('process.output', 'web', ['lien=x']);
		// @ts-expect-error no text that may say anything
		batch.add('process.output', 'web', [line]);
		// @ts-expect-error only a rule emits what is not archon's own
		batch.add('pager.sent', 'web', []);
		// @ts-expect-error and it emits nothing that is
		batch.emit('process.output', 'web', []);
	};
	expect(tell).toBeTypeOf('function');
});

test('of a recorded event those are taken that one of its type may carry', () => {
	expect(fieldsIn('oom.killed', ['pid=1', 'odd', 'commit=x', '=y', 'comm=a=b', 'cause=3'])).toEqual([
		'pid=1',
		'comm=a=b',
		'cause=3',
	]);
	expect(fieldNames('oom.killed')).toEqual(['pid', 'comm']);
});
