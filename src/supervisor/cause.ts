import type { Input, Life, Step } from '../process/state.ts';
import type { Entry } from './entry.ts';
import type { Standing } from './graph/standing.ts';

/**
 * The event because of which something is done with an entry, after this input. What is asked for has the cause it is
 * asked for with (`now`), or none, and so overtakes what went before; a start that was held keeps its own, if it
 * has one; what is only observed changes nothing, and neither does what had no effect.
 */
export function causeAfter(
	entry: Pick<Entry, 'cause' | 'life'>,
	step: Exclude<Step, { readonly denied: unknown }>,
	input: Input['tag'],
	now: number | undefined,
): number | undefined {
	if (step.effects.length === 0 && isSame(entry.life, step.life)) {
		return entry.cause;
	}
	switch (input) {
		case 'start':
		case 'stop':
		case 'restart':
		case 'pause':
		case 'resume':
		case 'fire':
			return now;
		case 'hold':
			return entry.life.state.tag === 'waiting' ? (entry.cause ?? now) : now;
		case 'release':
			return entry.cause ?? now;
		default:
			return entry.cause;
	}
}

/** Whether what was asked for is done, or nothing more comes of it; of a run, that it has ended. */
export function isAtRest(entry: Entry, standing: (entry: Entry) => Standing): boolean {
	switch (entry.life.state.tag) {
		case 'starting':
		case 'stopping':
			return false;
		case 'running':
		case 'paused':
			return entry.kind !== 'run';
		case 'waiting':
			return standing(entry) === 'down';
		default:
			return true;
	}
}

function isSame(one: Life, other: Life): boolean {
	return one.state === other.state;
}
