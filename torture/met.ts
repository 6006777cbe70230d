import type { Judge } from './judge.ts';
import type { Stage } from './stage.ts';

/** How often each check met something: one that never does says nothing. */
export function metBy(
	{ lives, serving, storing, growth }: Judge,
	{ strangers }: Stage,
): Readonly<Record<string, number>> {
	return {
		'a life that wrote down that it began, and was told of once': lives.compared,
		'a process of others that ended, and was told of once, as it was': strangers.ended,
		'who connected to a socket that archon keeps, and was answered': serving.answered,
		'a descriptor that was stored, and given back': storing.back,
		'a start after a failure, and its back-off': growth.measured,
	};
}
