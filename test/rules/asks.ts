import { isRefusal } from '../../src/base/refusal.ts';
import { acts, log, type World } from './world.ts';

/** What rules of requests are `on`. */
export const on = ['request.received'];
export const seen = log('seen');
export const fail = (because?: string) => acts({ do: 'fail', ...(because === undefined ? {} : { because }) });
export const allow = acts({ do: 'allow' });

/** Somebody asks whether a request is allowed. */
export function ask(world: World, request = 'Stop', name = 'db') {
	return world.engine.ask('request.received', name, [`request=${request}`, 'uid=0']);
}

/** Why it was refused; undefined: it was not, or nobody was asked. */
export async function reason(asked: ReturnType<typeof ask>): Promise<string | undefined> {
	const answer = await asked;
	return isRefusal(answer) ? answer.refused : undefined;
}
