import { optional, text } from '../base/field.ts';
import { refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import { rowReply } from '../protocol/reply.ts';
import { request } from './request.ts';

export const help = request({
	name: 'Help',
	summary: 'Say which requests there are and how each is written.',
	needs: 'anyone',
	args: { request: optional(text) },
	columns: ['request', 'synopsis', 'what'],
	handle({ request: asked }, { shared }) {
		const found = shared.requests.filter(({ name }) => asked === undefined || name === asked);
		if (found.length === 0) {
			return refuse(`there is no request ${shown(asked ?? '')}; Help alone lists those there are`);
		}
		return { tag: 'rows', lines: found.map((it) => rowReply([it.name, it.synopsis, it.summary])) };
	},
});
