import { expect, test } from 'vitest';
import { formatPortRange, parsePortRange } from '../../src/service/port-range.ts';

test('a range has two ports, the first not behind the last', () => {
	for (const text of ['1-65535', '20000-29999', '7-7']) {
		expect(formatPortRange(parsePortRange(text) as never)).toBe(text);
	}
	for (const text of ['0-1', '1-65536', '8-7', '7', '7-', '-7', '07-8', '1-2-3', ' 1-2', '']) {
		expect(parsePortRange(text), text).toBeUndefined();
	}
});
