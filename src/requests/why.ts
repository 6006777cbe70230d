import { nameOrGlob } from '../base/field.ts';
import { isRefusal } from '../base/refusal.ts';
import { rowReply } from '../protocol/reply.ts';
import { request } from './request.ts';

export const why = request({
	name: 'Why',
	summary: 'Say in sentences why a process is in its state, what it waits for and what would change that.',
	needs: 'observe',
	args: { name: nameOrGlob },
	columns: ['name', 'sentence'],
	handle({ name }, { shared: { sight, safeMode } }) {
		const found = sight.why(name);
		return isRefusal(found) ? found : { tag: 'rows', lines: safeMode.why(found).map(rowReply) };
	},
});
