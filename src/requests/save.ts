import { name } from '../base/field.ts';
import { isRefusal } from '../base/refusal.ts';
import { rowReply } from '../protocol/reply.ts';
import { request } from './request.ts';

export const save = request({
	name: 'Save',
	summary: 'Show a daemon as a [service] table for the configuration file.',
	// It shows the environment, and what is in there is nobody else's business.
	needs: 'operate',
	args: { name },
	columns: ['line'],
	async handle({ name }, { shared: { sight } }) {
		const found = await sight.save(name);
		return isRefusal(found) ? found : { tag: 'rows', lines: found.map((line) => rowReply([line])) };
	},
});
