import { describe, expect, it } from 'vitest';
import { needsOf, startJudged, stopJudged, waitJudged } from '../../src/supervisor/judged.ts';
import { entryIn, running } from './entries.ts';

const block = { name: 'db', entry: undefined, standing: 'down' } as const;
const holds = { isStalled: () => false, culprit: () => block, isForTime: () => false };
const waiting = entryIn({ tag: 'waiting', why: '' });

describe('a verdict that knows the graph', () => {
	it('on a start waits for what comes, and names what does not', () => {
		expect(startJudged(waiting, undefined, holds)).toBeUndefined();
		expect(startJudged(waiting, undefined, { ...holds, isStalled: () => true })).toEqual({
			refused: '"web" waits for db, which is not there',
		});
		expect(startJudged(waiting, undefined, { ...holds, isForTime: () => true })).toBe('done');
		expect(startJudged(entryIn(running), undefined, holds)).toBe('done');
		expect(startJudged(entryIn(running), { how: 'restart' }, holds)).toBeUndefined();
		expect(startJudged(entryIn(running), { how: 'stop' }, holds)).toMatchObject({
			refused: expect.stringContaining('overtook'),
		});
	});

	it('on a stop waits while it is still to come', () => {
		expect(stopJudged(entryIn(running), { how: 'stop' })).toBeUndefined();
		expect(stopJudged(entryIn(running), { how: 'restart' })).toMatchObject({
			refused: expect.stringContaining('overtook'),
		});
		expect(stopJudged(entryIn({ tag: 'stopped' }), undefined)).toBe('done');
	});

	it('on a wait for a group knows that it failed, and oneshots that are done', () => {
		const groups = (failure?: string) => ({ has: (name: string) => name === 'shop', failure: () => failure });
		const oneshot = entryIn({ tag: 'exited' });
		oneshot.spec = { ...oneshot.spec, ready: 'end' };
		expect(waitJudged(groups(), 'shop', 'running')(oneshot)).toBe('done');
		expect(waitJudged(groups(), 'web', 'running')(oneshot)).toMatchObject({ refused: expect.any(String) });
		expect(waitJudged(groups('it gave up'), 'shop', 'running')(waiting)).toEqual({
			refused: 'it gave up; Start,shop starts it again',
		});
		expect(waitJudged(groups('it gave up'), 'shop', 'failed')(waiting)).toBe('done');
		expect(waitJudged(groups(), 'shop', 'failed')(waiting)).toBeUndefined();
	});

	it('tells what keeps one: what has to go before it, else what its start waits for', () => {
		const db = entryIn(running, { name: 'db' });
		const downs = { of: () => undefined, before: () => [db] };
		const blocks = { blocks: () => [block, { ...block, name: 'web', entry: waiting }] };
		expect(needsOf(waiting, downs, blocks)).toEqual([
			{ name: 'db', state: 'absent', reason: '' },
			{ name: 'web', state: 'waiting', reason: '' },
		]);
		expect(needsOf(entryIn(running), downs, blocks)).toEqual([]);
		expect(needsOf(entryIn(running), { ...downs, of: () => ({ how: 'stop' }) }, blocks)).toEqual([
			{ name: 'db', state: 'running', reason: '' },
		]);
	});
});
