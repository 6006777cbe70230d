import { constants } from 'node:os';
import { expect, test } from 'vitest';
import type { Ledger } from '../../src/keeper/ledger.ts';
import { Outlived, type OutlivedPorts } from '../../src/supervisor/outlived.ts';

const { EMFILE, ENFILE, ENOMEM, EPERM, ESRCH, ENODATA } = constants.errno;
const [pid, start, pidfd] = [70, 5, 30];

type World = Partial<OutlivedPorts['native']> & { readonly held?: number };

/** A daemon that finds a process that has outlived its keeper; `held`: what the keeper of this one has of it. */
function finding({ held, ...native }: World = {}) {
	const ends: number[] = [];
	const put: number[] = [];
	let known = { handle: 9, began: 0 };
	const ledger = {
		kept: () => (held === undefined ? -1 : 0),
		setKept: () => {},
		pid: () => pid,
		start: () => start,
		state: () => 1,
		again: () => known,
		setAgain: (_: number, it: typeof known) => {
			known = it;
		},
		end: (_: number, status: number) => void ends.push(status),
	} as unknown as Ledger;
	const outlived = new Outlived({
		native: {
			againOpen: () => pidfd,
			againNote: () => ({ handle: 0, began: 1234 }),
			pidfdOpen: () => pidfd,
			pidfdCopy: (fd) => fd + 1,
			pidfdSignal: () => 0,
			pidfdInfo: () => ({ pid: 0, ppid: 0, ruid: 0, suid: 0, exit: 7 }),
			markOf: () => start,
			close: () => 0,
			...native,
		},
		poller: { watch: () => 1 } as unknown as OutlivedPorts['poller'],
		ledger,
		kept: { claim: () => 3, put: (_, fd) => void put.push(fd), take: () => held, drop: () => {} },
		ended: () => {},
	});
	return { hold: () => outlived.hold(0), ends, put, known: () => known };
}

test('what is found is held by the keeper too, and the caller has a descriptor of its own', () => {
	const { hold, ends, put } = finding();
	expect([hold(), put, ends]).toEqual([pidfd + 1, [pidfd], []]);
});

test('what is gone has ended, and nobody knows how', () => {
	const { hold, ends } = finding({ againOpen: () => -ESRCH });
	expect([hold(), ends]).toEqual([-1, [-1]]);
});

test('what was held and was reaped has ended as the kernel tells', () => {
	const { hold, ends } = finding({ held: pidfd, pidfdSignal: () => -ESRCH });
	expect([hold(), ends]).toEqual([-1, [7]]);
});

test('what may not be opened is found by its mark, and noted by what it will be found by', () => {
	for (const errno of [EPERM, ENODATA]) {
		const { hold, ends, put, known } = finding({ againOpen: () => -errno });
		expect([hold(), put, ends]).toEqual([pidfd + 1, [pidfd], []]);
		expect(known()).toEqual({ handle: 0, began: 1234 });
	}
});

test('one that has the number by now and another mark, or none, is not it', () => {
	for (const mark of [start + 1, 0, -ESRCH, -EPERM]) {
		const { hold, ends } = finding({ againOpen: () => -EPERM, markOf: () => mark });
		expect([hold(), ends]).toEqual([-1, [-1]]);
	}
	// The number of a start may be that of an error.
	const { hold, ends } = finding({ againOpen: () => -EPERM, markOf: () => EMFILE });
	expect([hold(), ends]).toEqual([-1, [-1]]);
});

test('one that became another between the look and the open is not it', () => {
	const marks = [start, start + 1];
	const closed: number[] = [];
	const { hold, ends } = finding({
		againOpen: () => -EPERM,
		markOf: () => marks.shift() ?? 0,
		close: (fd) => closed.push(fd),
	});
	expect([hold(), ends, closed]).toEqual([-1, [-1], [pidfd]]);
});

test('what cannot be had for now has not ended: the next daemon tries again', () => {
	for (const errno of [EMFILE, ENFILE, ENOMEM]) {
		const short = () => -errno;
		const refused = () => -EPERM;
		for (const world of [
			{ againOpen: short },
			{ pidfdCopy: short },
			{ held: pidfd, pidfdCopy: short },
			{ againOpen: refused, markOf: short },
			{ againOpen: refused, pidfdOpen: short },
			{ againOpen: refused, againNote: short },
		]) {
			const { hold, ends } = finding(world);
			expect(hold).toThrow(`process ${pid} cannot be taken over: `);
			expect(ends).toEqual([]);
		}
	}
});
