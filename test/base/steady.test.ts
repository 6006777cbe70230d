import { expect, test } from 'vitest';
import { steady } from '../../src/base/steady.ts';

test('it goes on, in milliseconds', () => {
	const [before, began] = [process.hrtime.bigint(), steady()];
	const [took, after] = [steady() - began, process.hrtime.bigint()];
	expect(began).toBeGreaterThan(Number(before) / 1e6 - 1);
	expect(took).toBeGreaterThanOrEqual(0);
	expect(took).toBeLessThanOrEqual(Number(after - before) / 1e6 + 0.001);
});
