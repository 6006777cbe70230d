import { expect, test } from 'vitest';
import { calling, said } from './rule.ts';

test('numbers go in as they are: whole ones within 31 bits as integers', () => {
	const event = { a: 3, b: -(2 ** 31), c: 2 ** 31 - 1, d: 2 ** 31, e: 1.5, f: 1_763_753_829_000 };
	const show =
		'return log(table.concat({ math.type(event.a), math.type(event.b), math.type(event.c), math.type(event.d), event.a, event.b, event.c, event.e }, " "))';
	expect(said(show, event)).toBe('integer integer integer float 3 -2147483648 2147483647 1.5');
	expect(said('return run { "a", event.d, event.f, event.f + 0.5 }', event)).toBe('run');
	expect(calling('return run { "a", event.d, event.f, event.f + 0.5 }').call(event)).toMatchObject({
		actions: [{ args: ['a', '2147483648', '1763753829000', '1763753829000.5'] }],
	});
});

test('each call gets a fresh event, and bytes pass unchanged', () => {
	const { call } = calling('event.n = (event.n or 0) + 1 return log(event.n .. event.name)');
	const name = '\x00\x7f\x80\xff\n';
	const expected = { actions: [{ do: 'log', level: 'info', text: `1${name}`, because: undefined }] };
	expect(call({ name: 'é\xff' })).toMatchObject({ actions: [{ text: '1é\xff' }] });
	expect(call({ name: name.slice(1) })).toMatchObject({
		actions: [{ text: expected.actions[0]?.text.replace('\0', '') }],
	});
});
