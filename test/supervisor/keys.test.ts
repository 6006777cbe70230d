import { expect, test } from 'vitest';
import { isRefusal } from '../../src/base/refusal.ts';
import { Keys, longestKey, mostKeys, replyToEnd } from '../../src/supervisor/keys.ts';
import type { Keyed } from '../../src/supervisor/keys-file.ts';

/** Keys over a file that a test can look into; `journal` can be changed. */
function begin(written: Keyed[] = []) {
	const file = new Map(written.map((it) => [it.key, it]));
	const state = { isFull: false, faults: 0 };
	const journal = { newest: 10, oldest: 1 };
	let number = 100;
	const keys = new Keys({
		file: {
			read: () => new Map(file),
			write(keyed, all) {
				if (state.isFull) {
					throw new Error('full');
				}
				const now = all.get(keyed.key);
				now === undefined ? file.delete(keyed.key) : file.set(keyed.key, now);
			},
		},
		journal,
		nextRequest: () => ++number,
		onFault: () => state.faults++,
	});
	return { keys, file, journal, state };
}

test('the first one is carried out, and is written down before that; others wait for its reply, now or later', async () => {
	const { keys, file } = begin();
	expect(keys.ask('k', ['Run', 'a'], 7)).toEqual({ tag: 'first', request: 7 });
	expect(file.get('k')).toMatchObject({ request: 7 });
	const early = keys.ask('k', ['Run', 'a'], 8);
	expect(keys.isOpen(7)).toBe(true);
	keys.settle(7, 'ExitStatus,3\n');
	const late = keys.ask('k', ['Run', 'a'], undefined);
	for (const known of [early, late]) {
		expect(isRefusal(known) || known.tag !== 'again' || (await known.reply)).toBe('ExitStatus,3\n');
	}
	expect([keys.isOpen(7), file.get('k')]).toMatchObject([false, { reply: 'ExitStatus,3\n', seq: 10 }]);
	keys.settle(7, 'Ok\n');
	keys.settle(8, 'Ok\n');
	expect(file.get('k')?.reply).toBe('ExitStatus,3\n');
});

test('one without a number gets one; the same one, asked again after a crash, is the first', () => {
	const { keys } = begin();
	expect(keys.ask('k', ['Run', 'a'], undefined)).toEqual({ tag: 'first', request: 101 });
	expect(keys.ask('k', ['Run', 'a'], 101)).toEqual({ tag: 'first', request: 101 });
});

test('with another request it is refused, in progress and when that is over', () => {
	const { keys, file } = begin();
	keys.ask('k', ['Run', 'a', 'B=c'], 7);
	const refused = { refused: 'ARCHON_KEY=k was given to another request' };
	expect(keys.ask('k', ['Run', 'a'], 8)).toEqual(refused);
	keys.settle(7, 'Ok\n');
	expect(keys.ask('k', ['Run', 'a', 'B=', 'c'], 8)).toEqual(refused);
	expect(JSON.stringify([...file])).not.toContain('B=c');
});

test('a key has 1 to 256 bytes', () => {
	const { keys } = begin();
	const tag = (key: string) => {
		const known = keys.ask(key, ['Run'], 7);
		return isRefusal(known) ? known.refused : known.tag;
	};
	expect(tag('')).toBe('ARCHON_KEY is 1 to 256 bytes long, not 0');
	expect(tag('x')).toBe('first');
	expect(tag('y'.repeat(longestKey))).toBe('first');
	expect(tag('y'.repeat(longestKey + 1))).toBe('ARCHON_KEY is 1 to 256 bytes long, not 257');
});

test('it is forgotten once the journal does not reach back to its end', () => {
	const { keys, journal, file } = begin();
	keys.ask('k', ['Run', 'a'], 7);
	keys.settle(7, 'Ok\n');
	journal.oldest = 10;
	expect(keys.ask('k', ['Run', 'a'], 8)).toMatchObject({ tag: 'again' });
	journal.oldest = 11;
	expect(keys.ask('k', ['Run', 'b'], 8)).toEqual({ tag: 'first', request: 8 });
	journal.oldest = 99;
	expect(keys.ask('k', ['Run', 'b'], 9)).toMatchObject({ tag: 'again' });
	expect(file.size).toBe(1);
});

test('16384 are known: one too many takes the place of the oldest that has its reply, or is refused', () => {
	const { keys } = begin();
	for (let i = 1; i <= mostKeys; i++) {
		expect(keys.ask(`k${i}`, ['Run'], i)).toMatchObject({ tag: 'first' });
	}
	expect(keys.ask('more', ['Run'], 0)).toEqual({
		refused: 'as many as 16384 requests with an ARCHON_KEY are in flight',
	});
	keys.settle(2, 'Ok\n');
	keys.settle(1, 'Ok\n');
	expect(keys.ask('more', ['Run'], 20_000)).toMatchObject({ tag: 'first' });
	expect(keys.ask('k1', ['Run'], 20_001)).toMatchObject({ tag: 'again' });
	expect(keys.ask('k2', ['Run'], 20_001)).toMatchObject({ tag: 'first' });
});

test('what cannot be written down is not begun', () => {
	const { keys, state } = begin();
	state.isFull = true;
	expect(keys.ask('k', ['Run'], 7)).toEqual({
		refused: 'ARCHON_KEY cannot be written down, so the request would not be safe to repeat',
	});
	state.isFull = false;
	expect(keys.ask('k', ['Run', 'other'], 8)).toEqual({ tag: 'first', request: 8 });
	expect(state.faults).toBe(1);
});

test('after a crash what had no effect is forgotten, the rest is settled as it would have been', async () => {
	const open = (key: string, request: number) => ({ key, request, print: '' });
	const { keys, file } = begin([open('gone', 1), open('runs', 2), { ...open('over', 3), reply: 'Ok\n' }]);
	const asked: number[] = [];
	keys.recover((request) => asked.push(request) > 1);
	expect([asked, [...file.keys()], keys.isOpen(2)]).toEqual([[1, 2], ['runs', 'over'], true]);
});

test('one that was not begun is forgotten', () => {
	const { keys, file } = begin();
	keys.ask('k', ['Run'], 7);
	keys.drop(7);
	keys.drop(8);
	expect(file.size).toBe(0);
});

test('the end of a run is a reply as the keeper gives it', () => {
	expect([0, 7 << 8, 9, 11 | 0x80].map(replyToEnd)).toEqual([
		...['ExitStatus,0\n', 'ExitStatus,7\n', 'ExitStatus,137\n', 'ExitStatus,139\n'],
	]);
	expect(replyToEnd(-1)).toMatch(/^Error,it ended while no archond was there/);
});
