import type { Input } from '../process/state.ts';
import type { Entry } from './entry.ts';

/** What must have been fed in the turn that was not written down, for a start was begun in it. */
export function lostInput({ life: { state }, service }: Entry): Input | undefined {
	switch (state.tag) {
		case 'waiting':
			return { tag: service?.timer === undefined ? 'release' : 'fire' };
		case 'backoff':
			return { tag: 'timeout', at: Date.now() };
		case 'stopping':
			return state.main ? undefined : { tag: 'swept', at: Date.now(), chance: Math.random() };
		case 'stopped':
		case 'exited':
		case 'failed':
			return { tag: 'start' };
		default:
			return undefined;
	}
}
