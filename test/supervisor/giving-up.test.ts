import { expect, test } from 'vitest';
import { GivingUp, isLimited } from '../../src/supervisor/giving-up.ts';
import { entryIn, running } from './entries.ts';

test('a group has given up when the last of its members is stopped', () => {
	const up = entryIn(running, { name: 'up' });
	const failed = entryIn(
		{ tag: 'failed', why: { tag: 'limit', failures: 5, within: 1 } },
		{ name: 'failed' },
	);
	const off = entryIn({ tag: 'stopped' }, { name: 'off' });
	const told: unknown[] = [];
	const giving = new GivingUp({
		entries: () => [up, failed, off],
		isThere: (entry) => entry.life.state.tag === 'running',
		stoppedWithin: () => [],
		stop: (entries) => told.push(entries.map((it) => it.name)),
		done: (group, why, members) => told.push([group, why, members.map((it) => it.name)]),
	});
	giving.begin('shop', 'too many');
	expect([told, giving.all(), giving.has('shop')]).toEqual([[['up', 'off']], ['shop'], true]);
	expect(up.remark).toBe('group shop gave up: too many');
	up.life = { ...up.life, state: { tag: 'stopped' } };
	giving.changed('shop', up);
	expect(told.at(-1)).toEqual(['shop', 'too many', ['up', 'failed']]);
	giving.changed('shop', up);
	giving.drop('shop');
	expect([told.length, giving.all(), isLimited(failed), isLimited(up)]).toEqual([2, [], true, false]);
});
