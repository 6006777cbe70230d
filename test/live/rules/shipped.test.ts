import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RuleFiles } from '../../../src/rules/lua/rule-files.ts';
import { documented, shipped, shippedRule } from '../../rules/examples.ts';

const page = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8');

test.each(shipped)(
	'%s is taken as it is, twice over, says what it does, and is told of in docs/rules.md',
	(name) => {
		const files = new RuleFiles();
		const source = shippedRule(name);
		const rules = files.load(name, source, undefined);
		expect(rules).not.toHaveProperty('mistakes');
		expect(files.load(name, source, undefined)).toEqual(rules);
		expect(source).toMatch(/^-- .*[\s\S]*^--\n-- To change: /m);
		expect(page).toContain(`\`${name}\``);
	},
);

test('there are examples in docs/rules.md', () => {
	expect(documented.size).toBeGreaterThan(5);
});

test.each([...documented])('the example "%s" of docs/rules.md is taken', (_, source) => {
	expect(new RuleFiles().load('example.lua', source, undefined)).not.toHaveProperty('mistakes');
});
