import { nameOrGlob, oneOf } from '../base/field.ts';
import { isRefusal } from '../base/refusal.ts';
import { rowReply } from '../protocol/reply.ts';
import { request } from './request.ts';

const verbs = oneOf('Start', 'Stop', 'Restart');

export const impact = request({
	name: 'Impact',
	summary: 'Say what a Start, Stop or Restart would stop, start and keep, in that order, without doing it.',
	needs: 'observe',
	args: { request: verbs, name: nameOrGlob },
	columns: ['action', 'name', 'why'],
	handle({ request, name }, { shared: { supervisor } }) {
		const found = supervisor.links.impact(request, name);
		return isRefusal(found) ? found : { tag: 'rows', lines: found.map(rowReply) };
	},
});
