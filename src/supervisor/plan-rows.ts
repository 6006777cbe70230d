import type { Action } from '../config/diff.ts';
import type { Entry } from './entry.ts';

/** Only what is up is restarted; what was removed returns. `entries`: those that the row is about. */
export function asItIs(action: Action, entries: readonly Entry[]): Action {
	if (action.kind !== 'service') {
		return action;
	}
	if (action.action === 'restart' && !entries.some(isUp)) {
		return { ...action, action: 'change' };
	}
	return action.action === 'keep' && entries.length === 0
		? { ...action, action: 'start', detail: 'was removed' }
		: action;
}

/** It has a process or is about to, and nobody has asked it to stop. */
export function isUp({ process, life: { state } }: Entry): boolean {
	return state.tag === 'stopping'
		? state.afterwards !== 'stop'
		: process !== undefined || state.tag === 'starting';
}

/** What requires something that is restarted is restarted with it. `why`: of each that is, what that is. */
export function behind(action: Action, entries: readonly Entry[], why: ReadonlyMap<Entry, string>): Action {
	const [reason] = entries.flatMap((entry) => why.get(entry) ?? []);
	if (reason === undefined || (action.action !== 'keep' && action.action !== 'change')) {
		return action;
	}
	const detail = action.detail === '' ? reason : `${action.detail}, ${reason}`;
	return { ...action, action: 'restart', detail };
}
