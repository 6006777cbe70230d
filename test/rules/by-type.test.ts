import { expect, test } from 'vitest';
import { ByType } from '../../src/rules/by-type.ts';
import { InForce } from '../../src/rules/in-force.ts';
import { rule } from './world.ts';

test('A type concerns the rules that name it, in their order, however many types there are.', () => {
	const rules = ['x.*', 'x.1', '*.2', 'process.exited'].map((on) => new InForce(rule(on, { on: [on] })));
	const byType = new ByType(rules);
	const titles = (type: 'x.1') => byType.of(type)?.rules.map((one) => one.rule.title);
	for (let round = 0; round < 2; round++) {
		for (let i = 0; i < 5000; i++) {
			expect(titles(`x.${i}` as 'x.1')?.[0]).toBe('x.*');
		}
		expect([titles('x.1'), titles('x.2' as 'x.1')]).toEqual([
			['x.*', 'x.1'],
			['x.*', '*.2'],
		]);
		expect([byType.of('process.ready'), byType.of('y.1')]).toEqual([undefined, undefined]);
	}
	expect(new ByType([]).of('x.1')).toBeUndefined();
});
