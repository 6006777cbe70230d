import { isoTime } from '../base/clock.ts';
import { isRefusal } from '../base/refusal.ts';
import { type Event, gapRecord, isGap } from '../events/event.ts';
import { accepts, type Filter, parseFilter } from '../events/filter.ts';
import type { Journal } from '../events/journal.ts';
import { parseSince } from '../events/since.ts';
import { formatArgs } from '../protocol/args.ts';
import { rowReply } from '../protocol/reply.ts';
import { request } from './request.ts';

export const events = request({
	name: 'Events',
	summary:
		'Show the events of the journal, from since= on if given (a number, a time, or a duration like 1h).',
	needs: 'observe',
	args: {},
	rest: '[,types=<globs>][,names=<globs>][,exclude=<globs>][,since=<seq|time|duration>]',
	columns: ['seq', 'time', 'type', 'name', 'fields'],
	handle(_, { shared: { journal, batch } }, rest) {
		batch.flush();
		const asked = parseFilter(rest);
		if (isRefusal(asked)) {
			return asked;
		}
		const after = parseSince(asked.since ?? '0', journal, true);
		return isRefusal(after) ? after : { tag: 'rows', lines: linesOf(journal, after, asked.filter) };
	},
});

/** Up to the newest at the time of asking: what happens meanwhile must not keep it from ending. */
function* linesOf(journal: Journal, after: number, filter: Filter): Generator<string> {
	const last = journal.newest;
	for (const it of journal.read(after)) {
		if (isGap(it)) {
			yield gapRecord(it);
		} else if (it.seq > last) {
			return;
		} else if (accepts(filter, it)) {
			yield rowOf(it);
		} else {
			// Nothing to show, but the one who reads may want to let others have their turn.
			yield '';
		}
	}
}

function rowOf(event: Event): string {
	const fields = event.fields.length === 0 ? '' : formatArgs(event.fields);
	return rowReply([event.seq, isoTime(event.time), event.type, event.name, fields]);
}
