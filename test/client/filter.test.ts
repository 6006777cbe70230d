import { expect, test } from 'vitest';
import { filterFields } from '../../src/client/filter.ts';

test('a filter is the fields of a request, lists with semicolons between', () => {
	expect(filterFields({})).toEqual([]);
	expect(filterFields({ types: 'process.*', names: ['a', 'b-*'], exclude: undefined })).toEqual([
		'types=process.*',
		'names=a;b-*',
	]);
});

test.each([[{ types: [] }], [{ names: '' }], [{ names: ['a', ''] }], [{ exclude: ['a;b'] }]])(
	'%j says no glob',
	(filter) => {
		expect(() => filterFields(filter)).toThrow(TypeError);
	},
);
