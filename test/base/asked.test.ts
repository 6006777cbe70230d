import { expect, test } from 'vitest';
import { Asked } from '../../src/base/asked.ts';
import { steady } from '../../src/base/steady.ts';

test('what was asked first and is not answered is told, once it has taken so long', async () => {
	const asked = new Asked();
	const { promise, resolve } = Promise.withResolvers<string>();
	const first = asked.ask('/a', () => promise);
	void asked.ask('/b', () => new Promise(() => {}));
	expect(asked.unanswered(0)).toBe('/a');
	expect(asked.unanswered(60_000)).toBeUndefined();
	expect(asked.unanswered(0, steady() + 1)).toBeUndefined();
	expect([
		asked.isUnanswered('/b', 0),
		asked.isUnanswered('/b', 60_000),
		asked.isUnanswered('/c', 0),
	]).toEqual([...[true, false, false]]);
	resolve('content');
	expect(await first).toBe('content');
	expect(asked.unanswered(0)).toBe('/b');
});

test('a failure is an answer', async () => {
	const asked = new Asked();
	await expect(asked.ask('/a', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
	expect(asked.unanswered(0)).toBeUndefined();
});
