import { nameOrGlob, optional } from '../base/field.ts';
import { isGlob } from '../base/glob.ts';
import { isRefusal } from '../base/refusal.ts';
import { rowReply } from '../protocol/reply.ts';
import { lastCell, reasonOf } from '../supervisor/describe.ts';
import type { Entry } from '../supervisor/entry.ts';
import { request } from './request.ts';

export const status = request({
	name: 'Status',
	summary: 'Say what each process is doing.',
	needs: 'observe',
	args: { name: optional(nameOrGlob, '*') },
	columns: ['name', 'kind', 'state', 'pid', 'uptime', 'restarts', 'last', 'reason'],
	handle({ name }, { shared: { supervisor } }) {
		const named = isGlob(name) ? undefined : supervisor.table.named(name);
		if (isRefusal(named)) {
			return named;
		}
		return { tag: 'rows', lines: supervisor.table.seen(name).map(rowOf) };
	},
});

function rowOf(entry: Entry): string {
	const { process, life } = entry;
	return rowReply([
		entry.name,
		entry.kind,
		life.state.tag,
		process === undefined || process.pid <= 0 ? '-' : process.pid,
		process === undefined ? '-' : Math.max(0, Math.floor((Date.now() - process.since) / 1000)),
		life.history.restarts,
		lastCell(entry.last),
		reasonOf(entry),
	]);
}
