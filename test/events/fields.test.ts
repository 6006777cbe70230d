import { expect, expectTypeOf, test } from 'vitest';
import type { Batch } from '../../src/events/batch.ts';
import { type CustomType, eventTypes, type KnownType } from '../../src/events/event.ts';
import { type Field, type FieldOf, fieldNames, fields, fieldsIn } from '../../src/events/fields.ts';

/** What an event of that type can be told with. */
type Told<T extends KnownType> = Parameters<typeof Batch.prototype.add<T>>[2][number];

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
	expectTypeOf<Told<'process.output'>>().toEqualTypeOf<FieldOf<'process.output'>>();
	expectTypeOf<'stream=stdout' | `line=${string}`>().toExtend<Told<'process.output'>>();
	expectTypeOf<'lien=x'>().not.toExtend<Told<'process.output'>>();
	// Nor any text, which may say anything.
	expectTypeOf<string>().not.toExtend<Told<'process.output'>>();
});

test("only a rule emits what is not archon's own, and nothing that is", () => {
	expectTypeOf<Batch['add']>().parameter(0).toEqualTypeOf<KnownType>();
	expectTypeOf<'process.output'>().toExtend<KnownType>();
	expectTypeOf<'pager.sent'>().not.toExtend<KnownType>();
	expectTypeOf<Batch['emit']>().parameter(0).toEqualTypeOf<CustomType>();
	expectTypeOf<'process.output'>().not.toExtend<CustomType>();
});

test('of a recorded event those are taken that one of its type may carry', () => {
	expect(fieldsIn('oom.killed', ['pid=1', 'odd', 'commit=x', '=y', 'comm=a=b', 'cause=3'])).toEqual([
		'pid=1',
		'comm=a=b',
		'cause=3',
	]);
	expect(fieldNames('oom.killed')).toEqual(['pid', 'comm']);
});
