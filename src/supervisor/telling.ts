import { formatDuration } from '../base/duration.ts';
import type { Effect } from '../process/state.ts';
import { failureText } from './describe.ts';
import type { Entry } from './entry.ts';

/** The events of a process that its life tells. */
export type Told = Extract<Effect, { tag: 'emit' }>['type'];

/** A `Run` is told as `started` and `exited`, or as `failed` when it could not be started. */
export function isUntoldOfRun(entry: Entry, type: Told): boolean {
	const { state } = entry.life;
	const isSaidByExit = type === 'failed' && state.tag === 'failed' && state.why.tag === 'ended';
	return type === 'starting' || type === 'ready' || isSaidByExit;
}

/** What a giving up or a waiting is told with. */
export function whyFields(entry: Entry, type: Told): string[] {
	const { state } = entry.life;
	switch (state.tag) {
		case 'failed':
			return [`reason=${failureText(state.why)}`];
		case 'starting':
			return type === 'starting' && isWithdrawn(entry) ? ['reason=reloading'] : [];
		case 'backoff':
			return [`delay=${formatDuration(Math.max(0, state.until - Date.now()))}`];
		default:
			return [];
	}
}

/** It runs, and is as if starting until it says that it is ready again. */
export function isWithdrawn({ life: { state } }: Entry): boolean {
	return state.tag === 'starting' && state.spawned;
}
