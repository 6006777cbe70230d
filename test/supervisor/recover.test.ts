import { expect, test } from 'vitest';
import { refuse } from '../../src/base/refusal.ts';
import { slotState } from '../../src/keeper/ledger.ts';
import { fresh } from '../../src/process/moves.ts';
import type { Input, State } from '../../src/process/state.ts';
import { transition } from '../../src/process/transition.ts';
import { plainService } from '../../src/service/defaults.ts';
import { pageOf } from '../../src/supervisor/book/page.ts';
import type { Entry } from '../../src/supervisor/entry.ts';
import { serviceEntry } from '../../src/supervisor/new-entry.ts';
import { type RecoverPorts, Recovery } from '../../src/supervisor/recover.ts';
import { mainOf } from './entries.ts';

type Slot = { readonly start: number; readonly state: number; readonly pid?: number };

/** A daemon that comes up beside what is in the ledger, with the real table of lives. */
function recovering(state: State, of: Partial<Entry>, slots: readonly Slot[]) {
	const service = { ...plainService, name: 'web', run: ['web'] };
	const entry = Object.assign(
		serviceEntry(service, 0, true),
		{ life: { state, history: fresh }, newest: 1 },
		of,
	);
	const page = pageOf(entry, {});
	entry.process = undefined;
	const said: string[] = [];
	const logs: number[] = [];
	const begun = new Map<Entry, number>();
	const spawn = (it: Entry) => {
		const slot = begun.get(it);
		begun.delete(it);
		said.push(slot === undefined ? 'spawned' : `takes ${slot}`);
	};
	const ports = {
		ledger: {
			used: () => [...slots.keys()],
			kind: () => 'daemon',
			log: (slot: number) => 10 + slot,
			release: (slot: number) => said.push(`releases ${slot}`),
			conn: () => -1,
			pid: (slot: number) => slots[slot]?.pid ?? 100 + slot,
			name: () => 'web',
			start: (slot: number) => slots[slot]?.start,
			state: (slot: number) => slots[slot]?.state,
			stage: () => 0,
			hasOutlived: () => false,
		},
		output: {
			takeOver: (inUse: ReadonlyMap<number, unknown>) => {
				logs.push(...inUse.keys());
				return new Map();
			},
		},
		table: { get: () => entry },
		cgroups: refuse('none'),
		starts: {
			begun: {
				add: (it: Entry, slot: number) => void begun.set(it, slot),
				has: (it: Entry) => begun.has(it),
			},
			takeOver: () => {},
		},
		interpreter: {
			together: (act: () => void) => act(),
			timers: { rearm: () => said.push('timed') },
			resume: () => said.push('resumed'),
			apply: (it: Entry, input: Input) => {
				said.push(input.tag);
				const step = transition(it.life, input, it.spec, undefined);
				if (!('denied' in step)) {
					it.life = step.life;
					if (step.effects.some(({ tag }) => tag === 'spawn')) {
						spawn(it);
					}
				}
			},
		},
		ends: { settleOne: () => {}, free: () => {} },
		orders: { restore: () => {}, begun: () => {}, resume: () => {} },
		asides: { endLeft: (slot: number) => said.push(`ends what ${slot} left`) },
		binders: { goOn: () => {} },
		spawn,
		changed: () => {},
		restoreKept: () => {},
		regain: () => {},
	};
	const recovery = new Recovery(ports as unknown as RecoverPorts, [{ entry, page }]);
	recovery.adopt(new Map());
	recovery.goOn();
	return { entry, said, logs };
}

const begun = { start: 2, state: slotState.intent };
const stopping = {
	tag: 'stopping',
	main: false,
	forced: false,
	end: undefined,
	fault: undefined,
	since: 0,
} as const;

test('a start that was begun when all that was left had gone takes the place of the sweep', () => {
	const { entry, said } = recovering({ ...stopping, afterwards: 'start' }, {}, [begun]);
	expect([said, entry.life.state.tag]).toEqual([['swept', 'takes 0'], 'starting']);
});

test('a start that was begun after more than one step is found behind the last of them', () => {
	const { entry, said } = recovering(
		{ ...stopping, afterwards: 'settle', end: { tag: 'exit', code: 1 } },
		{},
		[begun],
	);
	expect([said, entry.life.state.tag]).toEqual([['swept', 'timeout', 'takes 0'], 'starting']);
});

test('one that was held goes on because of what it was held for', () => {
	const { said } = recovering({ tag: 'waiting', why: 'db' }, { cause: 7 }, [begun]);
	expect(said).toEqual(['release', 'takes 0']);
});

test('one that ran and of which nobody knows any more ended, nobody knows how', () => {
	const { entry, said } = recovering({ tag: 'running', since: 0 }, { process: mainOf(7) }, []);
	expect([said, entry.life.state.tag]).toEqual([['timed', 'exited', 'spawned'], 'starting']);
});

test('what is as it was goes on', () => {
	const { said } = recovering({ ...stopping, afterwards: 'stop' }, {}, []);
	expect(said).toEqual(['timed', 'resumed']);
});

test('one that was never born gives back its place, and its output is not held for it', () => {
	const { said, logs } = recovering({ tag: 'stopped' }, {}, [{ ...begun, pid: 0 }]);
	expect([said, logs]).toEqual([['releases 0', 'timed', 'resumed'], []]);
	expect(recovering({ tag: 'stopped' }, {}, [begun]).logs).toEqual([10]);
});
