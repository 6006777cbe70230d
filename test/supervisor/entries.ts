import { fresh } from '../../src/process/moves.ts';
import type { State } from '../../src/process/state.ts';
import { specOf } from '../../src/supervisor/defaults.ts';
import type { Entry, Main } from '../../src/supervisor/entry.ts';

/** An entry in that state, a daemon called `web` unless something else is said. */
export function entryIn(state: State, of: Partial<Entry> = {}): Entry {
	const { kind = 'daemon' } = of;
	return {
		name: 'web',
		kind,
		spec: specOf(kind),
		launch: { args: ['web'], env: new Map(), directory: '/', fds: [] },
		life: { state, history: fresh },
		process: undefined,
		last: undefined,
		remark: '',
		timer: undefined,
		tree: undefined,
		...of,
	};
}

/** A process of that pid in the lowest slot. */
export function mainOf(pid: number, of: Partial<Main> = {}): Main {
	return { pid, pidfd: -1, slot: 0, start: 1, since: 0, log: undefined, token: 0, executed: true, ...of };
}

export const running: State = { tag: 'running', since: 0 };
