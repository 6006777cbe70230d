import { expect, test } from 'vitest';
import { refuse } from '../../../src/base/refusal.ts';
import { Keeping, type Kept } from '../../../src/server/keeping.ts';

const faults: unknown[] = [];
const onFault = (fault: unknown) => faults.push(fault);

function kept(calls: string[]): Kept {
	return {
		tag: 'kept',
		begin: (conn) => void calls.push(`begin ${conn}`),
		cancel: () => void calls.push('cancel'),
	};
}

test('a connection is given to the keeper once, with the first answer that it gives', () => {
	const given: number[] = [];
	const keeping = new Keeping({ keep: (fd) => given.push(fd) + 6, onFault }, 5);
	const calls: string[] = [];
	expect(keeping.conn).toBe(-1);
	keeping.begin(kept(calls), () => {});
	keeping.begin(kept(calls), () => {});
	expect([given, calls, keeping.conn]).toEqual([[5], ['begin 7', 'begin 7'], 7]);
});

test('what the keeper does not take is cancelled and told', () => {
	const keeping = new Keeping({ keep: () => refuse('no room'), onFault }, 5);
	const calls: string[] = [];
	expect(keeping.begin(kept(calls), () => {})).toEqual({ refused: 'no room' });
	expect([calls, keeping.conn]).toEqual([['cancel'], -1]);
});

test('a mistake in what begins is told, and is the refusal', () => {
	const keeping = new Keeping({ keep: () => 3, onFault }, 5);
	const answer: Kept = {
		...kept([]),
		begin() {
			throw new Error('oops');
		},
	};
	expect(keeping.begin(answer, () => {})).toEqual({ refused: 'archon made a mistake: oops' });
	expect(faults).toHaveLength(1);
});
