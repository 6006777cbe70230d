import type { Ending } from '../supervisor/as-init.ts';
import type { Context } from './context.ts';
import type { Answer } from './request.ts';

/** Stops everything, replies, and leaves the rest to the keeper, which is told first: it outlives this daemon. */
export async function endBy(ending: Ending, { shared: { supervisor, asInit } }: Context): Promise<Answer> {
	const refused = asInit.end(ending);
	if (refused !== undefined) {
		return refused;
	}
	await supervisor.shutdown([`reason=${ending}`]);
	return { tag: 'last' };
}
