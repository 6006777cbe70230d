import { expect, test } from 'vitest';
import { Fields } from '../../../src/rules/lua/fields.ts';
import { text, whole } from '../../../src/rules/lua/kinds.ts';
import type { LuaValue } from '../../../src/rules/lua/value.ts';

function fieldsOf(fields: Record<string, LuaValue>, list: LuaValue[] = [], odd?: string) {
	const wrong: string[] = [];
	const table = { tag: 'table', list, fields: new Map(Object.entries(fields)), odd } as const;
	return { fields: new Fields(table, (text) => wrong.push(text)), wrong };
}

test('what is asked for comes, what is left out is undefined', () => {
	const { fields, wrong } = fieldsOf({ name: 'web', times: 3 });
	expect([
		fields.take('name', text(10)),
		fields.need('times', whole(1, 5), 'times = 3'),
		fields.take('other', text(1)),
	]).toEqual(['web', 3, undefined]);
	fields.close();
	expect(wrong).toEqual([]);
});

test('what is wrong, what is missing and what nobody asked for is told', () => {
	const { fields, wrong } = fieldsOf({ name: true, tmes: 3, [`${'x'.repeat(100)}`]: 1 }, [5], 'true');
	expect([fields.take('name', text(10)), fields.need('times', whole(1, 5), 'times = 3')]).toEqual([
		undefined,
		undefined,
	]);
	fields.close();
	expect(wrong).toEqual([
		'name: expected a text, got true',
		'needs "times": times = 3',
		'unknown field "tmes" (did you mean "times"?)',
		`unknown field "${'x'.repeat(80)}..."`,
		'5 stands there without a name; write field = value',
		'has a key that is true; write field = value',
	]);
});

test('where fields of any name are possible they are the rest', () => {
	const { fields, wrong } = fieldsOf({ type: 'a.b', to: 'x' }, [1]);
	fields.take('type', text(10));
	expect(fields.rest()).toEqual([['to', 'x']]);
	fields.closeKeys('list');
	expect(wrong).toEqual([]);
});
