import { nameOrGlob, optional } from '../base/field.ts';
import { isRefusal } from '../base/refusal.ts';
import { rowReply } from '../protocol/reply.ts';
import { request } from './request.ts';

export const status = request({
	name: 'Status',
	summary: 'Say what each process is doing.',
	needs: 'observe',
	args: { name: optional(nameOrGlob, '*') },
	columns: ['name', 'kind', 'state', 'pid', 'uptime', 'restarts', 'last', 'reason'],
	mayLack: ['pid', 'uptime', 'last'],
	handle({ name }, { shared: { supervisor, safeMode } }) {
		const found = supervisor.report(name);
		return isRefusal(found)
			? found
			: { tag: 'rows', lines: found.map((row) => rowReply(safeMode.status(row))) };
	},
});
