import type { Draft } from '../../../src/events/journal.ts';
import { native } from '../../../src/native/index.ts';
import { fresh } from '../../../src/process/moves.ts';
import type { State } from '../../../src/process/state.ts';
import { Diary } from '../../../src/rules/diary.ts';
import { knownFrom } from '../../../src/rules/diary-page.ts';
import { readBook } from '../../../src/supervisor/book/book.ts';
import { KeepingBook } from '../../../src/supervisor/book/keeping-book.ts';
import type { Keepsakes } from '../../../src/supervisor/book/keepsakes.ts';
import type { Entry } from '../../../src/supervisor/entry.ts';
import { Table } from '../../../src/supervisor/table.ts';
import { temporary } from '../../archon.ts';

export const lifeOf = (state: State) => ({ state, history: fresh });

export const paused = { tag: 'paused', since: 0, frozen: 0 } as const;
export const running = { tag: 'running', since: 0 } as const;

export const event: Draft = { type: 'process.exited', name: 'web', fields: [] };

/** Writing into a file system that is full. */
export const full = () => {
	throw Object.assign(new Error('ENOSPC'), { errno: -28, code: 'ENOSPC' });
};

/** A book of a table, of which a test says when a turn ends and what the keeper holds. */
export function keeping(path = `${temporary()}/book`) {
	const table = new Table();
	const held = new Map<Entry, Keepsakes>();
	const faults: unknown[] = [];
	const inFlight = new Set<number>();
	let turn: (events?: readonly Draft[]) => void = () => {};
	let version = 0;
	const diary = new Diary(knownFrom(0), () => {});
	const book = new KeepingBook({
		native,
		path,
		batch: {
			before: (then) => {
				turn = (events = []) => then(events);
			},
			touch: () => {},
		},
		newest: () => 0,
		table: () => table,
		isStored: (entry) => entry.isConfigured,
		beyond: () => ({}),
		keptFor: (entry) => held.get(entry) ?? {},
		more: () => ({ orders: { groups: { states: [], times: {} }, edges: [] }, removed: [`${version}`] }),
		version: () => version,
		diary,
		inFlight: () => inFlight,
		keepers: 1,
		onFault: (fault) => faults.push(fault),
	});
	const put = (entry: Entry) => {
		table.add(entry);
		book.changed(entry);
		turn();
		return entry;
	};
	const more = () => {
		version++;
		turn();
	};
	return {
		book,
		diary,
		table,
		held,
		inFlight,
		faults,
		put,
		more,
		turn: (events?: readonly Draft[]) => turn(events),
		read: () => readBook(path),
	};
}
