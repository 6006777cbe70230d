import { fresh } from '../../src/process/moves.ts';
import type { State } from '../../src/process/state.ts';
import type { Group } from '../../src/service/service.ts';
import type { Entry, Main } from '../../src/supervisor/entry.ts';
import { newEntry } from '../../src/supervisor/new-entry.ts';

/** An entry in that state, a daemon called `web` unless something else is said. */
export function entryIn(state: State, of: Partial<Entry> = {}): Entry {
	const launch = { args: ['web'], env: new Map(), directory: '/', fds: [] };
	return newEntry('web', of.kind ?? 'daemon', { launch, life: { state, history: fresh }, ...of });
}

/** A process of that pid in the lowest slot. */
export function mainOf(pid: number, of: Partial<Main> = {}): Main {
	return { pid, pidfd: -1, slot: 0, start: 1, since: 0, log: undefined, token: 0, executed: true, ...of };
}

export const running: State = { tag: 'running', since: 0 };

/** A group that gives up beyond so many restarts a minute. */
export function groupOf(
	name: string,
	strategy: Group['strategy'],
	members: readonly string[],
	restarts = 5,
): Group {
	return { name, members, strategy, intensity: { restarts, within: 60_000 } };
}
