import { describe, expect, test } from 'vitest';
import type { Condition, Subject, Test } from '../../src/rules/condition.ts';
import { isWanted, mayBeWanted } from '../../src/sources/wanted.ts';

const glob = (text: string): Test => ({ is: 'glob', glob: text });
const web: Subject = { name: 'web-1', kind: 'daemon', pid: 7, labels: { tier: 'gold' } };

function may(when: Condition, except: Condition = {}): boolean {
	return mayBeWanted({ type: 'process.sample', when, except }, web);
}

describe('what is known speaks for or against', () => {
	test.each<[boolean, Condition, Condition?]>([
		[true, {}],
		[true, { name: glob('web-*') }],
		[false, { name: glob('db') }],
		[true, { name: { is: 'any', of: [glob('db'), glob('web-*')] } }],
		[false, { name: { is: 'any', of: [glob('db'), glob('mail')] } }],
		[false, { name: { is: 'any', of: [] } }],
		[true, { pid: { is: 'equal', to: 7 } }],
		[false, { pid: { is: 'equal', to: 8 } }],
		[false, { name: { is: 'equal', to: 7 } }],
		[true, { pid: glob('?') }],
		[true, { pid: { is: 'above', than: 6 } }],
		[false, { pid: { is: 'above', than: 7 } }],
		[false, { pid: { is: 'below', than: 7 } }],
		[false, { name: { is: 'below', than: 7 } }],
		[true, { labels: { is: 'table', fields: { tier: glob('gold') } } }],
		[false, { labels: { is: 'table', fields: { tier: glob('iron') } } }],
		[false, { labels: { is: 'table', fields: { other: glob('*') } } }],
		[false, { name: { is: 'table', fields: {} } }],
		[false, { labels: glob('*') }],
		[false, { name: glob('web-*'), kind: glob('run') }],
		[false, {}, { name: glob('web-?') }],
		[true, {}, { name: glob('db') }],
		[false, {}, { name: glob('db'), kind: glob('daemon') }],
		[false, { name: glob('web-*') }, { name: { is: 'any', of: [glob('db'), glob('web-1')] } }],
	])('%s %o %o', (expected, when, except) => {
		expect(may(when, except)).toBe(expected);
	});
});

describe('what is not known, and what only the rules can match, speaks for it', () => {
	const matching: Test = { is: 'matching', pattern: '^nothing' };
	test.each<[Condition, Condition?]>([
		[{ rss: { is: 'above', than: 5 } }],
		[{}, { rss: { is: 'above', than: 5 } }],
		[{ name: matching }],
		[{}, { name: matching }],
		[{ name: { is: 'any', of: [glob('db'), matching] } }],
		[{ labels: { is: 'table', fields: { tier: matching } } }],
	])('%o %o', (when, except) => {
		expect(may(when, except)).toBe(true);
	});
});

test('where all is known, what is not there is not so', () => {
	const whole = (when: Condition, except: Condition = {}) =>
		isWanted({ type: 'process.spawned', when, except }, { name: 'process', pid: 7, uid: undefined });
	expect(whole({ pid: { is: 'equal', to: 7 } })).toBe(true);
	expect(whole({ uid: { is: 'equal', to: 0 } })).toBe(false);
	expect(whole({ exe: glob('*') })).toBe(false);
	expect(whole({}, { exe: glob('*') })).toBe(true);
	expect(whole({}, { name: glob('process') })).toBe(false);
});
