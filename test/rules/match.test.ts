import { expect, test } from 'vitest';
import type { Condition, Subject } from '../../src/rules/condition.ts';
import { Tests } from '../../src/rules/match.ts';

const all = (condition: Condition, ...subject: Parameters<Tests['all']>) =>
	new Tests(condition).all(...subject);
const any = (condition: Condition, ...subject: Parameters<Tests['any']>) =>
	new Tests(condition).any(...subject);

const event: Subject = {
	type: 'process.exited',
	name: 'web-1',
	pid: 12,
	rss: 2.5,
	line: 'GET / 500',
	done: true,
	delay: '1.5s',
	labels: { tier: 'gold', weight: 5 },
	gone: undefined,
};

test.each<[string, Condition, boolean]>([
	['no field', {}, true],
	['a plain text', { name: { is: 'glob', glob: 'web-1' } }, true],
	['another text', { name: { is: 'glob', glob: 'web' } }, false],
	['a glob', { name: { is: 'glob', glob: 'web-*' } }, true],
	['a glob of a number', { pid: { is: 'glob', glob: '1?' } }, true],
	['a glob of a boolean', { done: { is: 'glob', glob: '*' } }, false],
	['a glob of a table', { labels: { is: 'glob', glob: '*' } }, false],
	['a number', { pid: { is: 'equal', to: 12 } }, true],
	['another number', { pid: { is: 'equal', to: 13 } }, false],
	['a number of a text', { name: { is: 'equal', to: 1 } }, false],
	['a boolean', { done: { is: 'equal', to: true } }, true],
	['another boolean', { done: { is: 'equal', to: false } }, false],
	['above', { rss: { is: 'above', than: 2.4 } }, true],
	['not above itself', { rss: { is: 'above', than: 2.5 } }, false],
	['below', { rss: { is: 'below', than: 2.6 } }, true],
	['not below itself', { rss: { is: 'below', than: 2.5 } }, false],
	['above of a text', { name: { is: 'above', than: -1 } }, false],
	['below of a text', { name: { is: 'below', than: 1 } }, false],
	['above of a duration', { delay: { is: 'above', than: 1499 } }, true],
	['not above of a duration', { delay: { is: 'above', than: 1500 } }, false],
	['below of a duration', { delay: { is: 'below', than: 1501 } }, true],
	['a pattern', { line: { is: 'matching', pattern: ' 5%d%d$' } }, true],
	['another pattern', { line: { is: 'matching', pattern: '^5' } }, false],
	['a pattern of a number', { pid: { is: 'matching', pattern: '^%d+$' } }, true],
	[
		'one of several',
		{
			pid: {
				is: 'any',
				of: [
					{ is: 'equal', to: 1 },
					{ is: 'above', than: 10 },
				],
			},
		},
		true,
	],
	['none of several', { pid: { is: 'any', of: [{ is: 'equal', to: 1 }] } }, false],
	['a field that is not there', { other: { is: 'glob', glob: '*' } }, false],
	['a field that is undefined', { gone: { is: 'glob', glob: '*' } }, false],
	['a field that every object has', JSON.parse('{ "__proto__": { "is": "table", "fields": {} } }'), false],
	['a field of a table', { labels: { is: 'table', fields: { tier: { is: 'glob', glob: 'g*' } } } }, true],
	[
		'one field of a table that is otherwise',
		{
			labels: { is: 'table', fields: { tier: { is: 'glob', glob: 'g*' }, weight: { is: 'above', than: 5 } } },
		},
		false,
	],
	['a table of a text', { name: { is: 'table', fields: {} } }, false],
	['two fields', { name: { is: 'glob', glob: 'web-1' }, pid: { is: 'equal', to: 12 } }, true],
	['two fields, one otherwise', { name: { is: 'glob', glob: 'web-1' }, pid: { is: 'equal', to: 13 } }, false],
])('%s', (_, condition, holds) => {
	expect(all(condition, event)).toBe(holds);
	expect(all(condition, event)).toBe(holds);
});

test('for `except` one field is enough, and none is none', () => {
	const one: Condition = { name: { is: 'glob', glob: 'db' }, pid: { is: 'equal', to: 12 } };
	const none: Condition = { name: { is: 'glob', glob: 'db' }, pid: { is: 'equal', to: 13 } };
	expect([any(one, event), any(none, event), any({}, event)]).toEqual([true, false, false]);
});

test('a pattern that takes too long does not hold, and that is told', () => {
	const wrong: string[] = [];
	const condition: Condition = { line: { is: 'matching', pattern: '.-.-.-x' } };
	expect(all(condition, { line: 'a'.repeat(1000) }, (why) => wrong.push(why))).toBe(false);
	expect(all(condition, { line: 'aax' }, (why) => wrong.push(why))).toBe(true);
	expect(wrong).toEqual(['matching ".-.-.-x": the pattern takes too long for a text of 1000 bytes']);
});

test('a malformed pattern does not hold, and that is told', () => {
	const wrong: string[] = [];
	expect(all({ line: { is: 'matching', pattern: '[' } }, event, (why) => wrong.push(why))).toBe(false);
	expect(wrong).toEqual(['matching "[": malformed pattern (missing \']\')']);
});
