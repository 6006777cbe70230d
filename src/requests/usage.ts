import { nameOrGlob, optional } from '../base/field.ts';
import { isRefusal } from '../base/refusal.ts';
import { rowReply } from '../protocol/reply.ts';
import { request } from './request.ts';

export const usage = request({
	name: 'Usage',
	summary:
		'Say what each process takes up with all that it started: bytes in memory, percent of a core, open files.',
	needs: 'observe',
	args: { name: optional(nameOrGlob) },
	columns: ['name', 'processes', 'rss', 'cpu', 'fds'],
	async handle({ name }, { shared: { sight } }) {
		const found = await sight.usage(name);
		return isRefusal(found) ? found : { tag: 'rows', lines: found.map(rowReply) };
	},
});
