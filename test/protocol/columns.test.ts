import { expect, test } from 'vitest';
import { cellOf } from '../../src/protocol/columns.ts';

test.each([
	['pid', '4711', 4711],
	['cpu', '0.25', 0.25],
	['cpu', '-1.5', -1.5],
	['seq', '999999999999999', 999_999_999_999_999],
	['seq', '9999999999999999', '9999999999999999'],
	['pid', '-', null],
	['pid', '007', '007'],
	['pid', '1e3', '1e3'],
	['pid', '', ''],
	['name', '4711', '4711'],
	['last', '-', null],
	['line', '-', '-'],
	['command', '-', '-'],
	['value', '7', '7'],
])('%s %j is %j', (column, text, value) => {
	expect(cellOf(column, text)).toBe(value);
});
