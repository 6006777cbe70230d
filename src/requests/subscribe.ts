import { isRefusal, refuse } from '../base/refusal.ts';
import { type Filter, parseFilter } from '../events/filter.ts';
import { Follower } from '../events/follower.ts';
import { askedFor } from '../events/opt-in.ts';
import { parseSince } from '../events/since.ts';
import { request } from './request.ts';

export const subscribe = request({
	name: 'Subscribe',
	summary:
		'Follow events as they happen, after since= if given (the number of one; 0: all there are); the connection takes no further request.',
	needs: 'observe',
	args: {},
	rest: '[,types=<globs>][,names=<globs>][,exclude=<globs>][,since=<seq>]',
	follows: true,
	handle(_, { shared: { journal, bus, batch, rules } }, rest) {
		batch.flush();
		const asked = parseFilter(rest);
		if (isRefusal(asked)) {
			return asked;
		}
		if (asksForAllOutput(asked.filter)) {
			return refuse('process.output needs names=, whose lines are meant: names=web-*');
		}
		const after = asked.since === undefined ? journal.newest : parseSince(asked.since, journal, false);
		if (isRefusal(after)) {
			return after;
		}
		return {
			tag: 'follow',
			begin(write) {
				const follower = new Follower({ journal, bus, filter: asked.filter, after, write });
				const unsubscribe = rules.subscribed(asked.filter);
				follower.start();
				return {
					drained: () => follower.drained(),
					stop() {
						unsubscribe();
						follower.stop();
					},
				};
			},
		};
	},
});

function asksForAllOutput({ types, names }: Filter): boolean {
	return names === undefined && askedFor(types?.written ?? []).includes('process.output');
}
