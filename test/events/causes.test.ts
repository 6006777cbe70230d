import { expect, test } from 'vitest';
import { Causes } from '../../src/events/causes.ts';

test('What is done at once is done because of that event, and what comes after is not.', () => {
	const causes = new Causes();
	expect(causes.of('web')).toBeUndefined();
	expect(causes.during(7, () => causes.of('web'))).toBe(7);
	expect(causes.of('web')).toBeUndefined();
});

test('Of several processes each has its own, the others that of all.', () => {
	const causes = new Causes();
	const own = new Map([['web', 8]]);
	expect(causes.during(7, () => [causes.of('web'), causes.of('db')], own)).toEqual([8, 7]);
});

test('Within, something may be done because of something else, or of nothing; a throw changes nothing.', () => {
	const causes = new Causes();
	const own = new Map([['web', 8]]);
	causes.during(
		7,
		() => {
			expect(causes.during(9, () => causes.of('web'))).toBe(9);
			expect(causes.during(undefined, () => causes.of('web'))).toBeUndefined();
			const fail = () => {
				throw new Error('x');
			};
			expect(() => causes.during(3, fail)).toThrow('x');
			expect([causes.of('web'), causes.of('db')]).toEqual([8, 7]);
		},
		own,
	);
});
