import { formatDuration } from '../base/duration.ts';
import type { Effect, End } from '../process/state.ts';
import { endField, whyFailed } from './describe.ts';
import type { Entry } from './entry.ts';
import type { Interpreter } from './interpret.ts';

/** The events of a process that its life tells. */
export type Told = Extract<Effect, { tag: 'emit' }>['type'];

/** The events that are told of an entry, with the process that it has. */
export type OfLife = `process.${Told | 'degraded' | 'recovered' | 'replaced' | 'kept' | 'monitored'}`;

/** A `Run` is told as `started` and `exited`, or as `failed` when it could not be started. */
export function isUntoldOfRun(entry: Entry, type: Told): boolean {
	const { state } = entry.life;
	const isSaidByExit = type === 'failed' && state.tag === 'failed' && state.why.tag === 'ended';
	return type === 'starting' || type === 'ready' || isSaidByExit;
}

/** Tells what has become of its life, and what there is to be said of that. */
export function tellLife(
	by: Pick<Interpreter, 'tell'>,
	entry: Entry,
	type: Told,
	end: End | undefined,
): void {
	const { state } = entry.life;
	switch (type) {
		case 'starting':
			by.tell(entry, 'process.starting', isWithdrawn(entry) ? ['reason=reloading'] : []);
			break;
		case 'exited':
			by.tell(entry, 'process.exited', end === undefined ? [] : [endField(end)]);
			break;
		case 'backoff': {
			const left = state.tag === 'backoff' ? Math.max(0, state.until - Date.now()) : 0;
			by.tell(entry, 'process.backoff', [`delay=${formatDuration(left)}`]);
			break;
		}
		case 'failed':
			by.tell(entry, 'process.failed', state.tag === 'failed' ? [`reason=${whyFailed(entry)}`] : []);
			break;
		default:
			by.tell(entry, `process.${type}`);
	}
}

/** It runs, and is as if starting until it says that it is ready again. */
export function isWithdrawn({ life: { state } }: Entry): boolean {
	return state.tag === 'starting' && state.spawned;
}
