import { expect, test } from 'vitest';
import { weightOf } from '../../src/rules/weight.ts';

test('An event counts once for each KiB of its fields, and at least once.', () => {
	const weight = (...fields: string[]) => weightOf({ seq: 1, time: 0, type: 'x.x', name: '-', fields });
	const bytes = (count: number) => 'x'.repeat(count);
	expect([weight(), weight(bytes(1024)), weight(bytes(1000), bytes(25)), weight(bytes(1024 * 1024))]).toEqual(
		[1, 1, 2, 1024],
	);
});
