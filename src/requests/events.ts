import { isoTime } from '../base/clock.ts';
import { count } from '../base/field.ts';
import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import { type Event, type Gap, gapRecord, isGap } from '../events/event.ts';
import { filterKeys, parseFilter } from '../events/filter.ts';
import { latest, mostLatest, wanted } from '../events/latest.ts';
import { parseSince } from '../events/since.ts';
import { formatArgs } from '../protocol/args.ts';
import { rowReply } from '../protocol/reply.ts';
import { request } from './request.ts';

export const events = request({
	name: 'Events',
	summary:
		'Show the events of the journal, after since= if given (the number of one, a time, or a duration like 1h), the last= of them.',
	needs: 'observe',
	args: {},
	rest: '[,types=<globs>][,names=<globs>][,exclude=<globs>][,since=<seq|time|duration>][,last=<count>]',
	columns: ['seq', 'time', 'type', 'name', 'fields'],
	handle(_, { shared: { journal, batch } }, rest) {
		batch.flush();
		const asked = parseFilter(rest, [...filterKeys, 'last']);
		if (isRefusal(asked)) {
			return asked;
		}
		const { filter, since, last } = asked;
		const after = parseSince(since ?? '0', journal, true);
		const most = last === undefined ? undefined : readLast(last);
		if (isRefusal(after) || isRefusal(most)) {
			return isRefusal(after) ? after : (most as Refusal);
		}
		const found = most === undefined ? wanted(journal, filter, after) : latest(journal, filter, after, most);
		return { tag: 'rows', lines: linesOf(found) };
	},
});

function readLast(text: string): number | Refusal {
	const most = count.read(text);
	if (isRefusal(most)) {
		return refuse(`last: ${most.refused}`);
	}
	return most <= mostLatest ? most : refuse(`last=${most} is too many: ${mostLatest} at most`);
}

function* linesOf(items: Iterable<Event | Gap | undefined>): Generator<string> {
	for (const it of items) {
		if (it === undefined) {
			// Nothing to show, but the one who reads may want to let others have their turn.
			yield '';
		} else {
			yield isGap(it) ? gapRecord(it) : rowOf(it);
		}
	}
}

function rowOf(event: Event): string {
	const fields = event.fields.length === 0 ? '' : formatArgs(event.fields);
	return rowReply([event.seq, isoTime(event.time), event.type, event.name, fields]);
}
