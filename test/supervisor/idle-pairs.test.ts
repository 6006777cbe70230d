import { expect, test } from 'vitest';
import { IdlePairs } from '../../src/supervisor/idle-pairs.ts';
import type { LogPair } from '../../src/supervisor/output.ts';

const pair = (key: string, log = 0): LogPair => ({
	key,
	log,
	paths: ['', ''],
	ends: undefined,
});

test('a pair waits for who has its key, and for nobody else', () => {
	const idle = new IdlePairs(2);
	const web = pair('d.web');
	expect(idle.put(web)).toBeUndefined();
	expect([...idle.all()]).toEqual([web]);
	expect([idle.take('d.db'), idle.take('d.web'), idle.take('d.web')]).toEqual([undefined, web, undefined]);
});

test('of too many the one unused for longest goes', () => {
	const idle = new IdlePairs(2);
	const [a, b, c] = [pair('d.a'), pair('d.b'), pair('d.c')];
	expect([idle.put(a), idle.put(b)]).toEqual([undefined, undefined]);
	idle.take('d.a');
	idle.put(a);
	expect(idle.put(c)).toBe(b);
	expect([...idle.all()]).toEqual([a, c]);
});

test('of two with one key the latest stays', () => {
	const idle = new IdlePairs(1);
	const [first, second] = [pair('d.a', 1), pair('d.a', 2)];
	idle.put(first);
	expect(idle.put(second)).toBe(first);
	expect(idle.take('d.a')).toBe(second);
});
