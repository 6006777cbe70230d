import { expect, test } from 'vitest';
import { refuse } from '../../../src/base/refusal.ts';
import { Keeping, type Kept } from '../../../src/server/keeping.ts';

const faults: unknown[] = [];
const onFault = (fault: unknown) => faults.push(fault);

const nothing = () => {};
const fail = () => expect.unreachable();

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
	keeping.begin(kept(calls), nothing, nothing);
	keeping.begin(kept(calls), nothing, nothing);
	expect([given, calls, keeping.conn]).toEqual([[5], ['begin 7', 'begin 7'], 7]);
});

test('what the keeper does not take is cancelled and told', () => {
	const keeping = new Keeping({ keep: () => refuse('no room'), onFault }, 5);
	const calls: string[] = [];
	keeping.begin(kept(calls), (instead) => calls.push(instead?.refused ?? ''), fail);
	expect([calls, keeping.conn]).toEqual([['cancel', 'no room'], -1]);
});

test('a mistake in what begins is told, and is the refusal', () => {
	const keeping = new Keeping({ keep: () => 3, onFault }, 5);
	const answer: Kept = {
		...kept([]),
		begin() {
			throw new Error('oops');
		},
	};
	const told: unknown[] = [];
	keeping.begin(answer, (instead) => told.push(instead), fail);
	expect(told).toEqual([{ refused: 'archon made a mistake: oops' }]);
	expect(faults).toHaveLength(1);
});

test('who asked goes on when the answer came later, not when it came at once', () => {
	const keeping = new Keeping({ keep: () => 3, onFault }, 5);
	const calls: string[] = [];
	const waiting: (() => void)[] = [];
	const begin = (when: (then: () => void) => void) => {
		const answer: Kept = {
			...kept(calls),
			begin(_, then) {
				when(then);
				return undefined;
			},
		};
		keeping.begin(
			answer,
			() => calls.push('over'),
			() => calls.push('goes on'),
		);
	};
	begin((then) => then());
	expect(calls).toEqual(['over']);
	begin((then) => waiting.push(then));
	for (const then of waiting) {
		then();
	}
	expect(calls).toEqual(['over', 'over', 'goes on']);
});
