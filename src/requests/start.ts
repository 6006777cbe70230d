import { nameOrGlob } from '../base/field.ts';
import { begin, resumed, together } from './each.ts';
import { request } from './request.ts';

export const start = request({
	name: 'Start',
	summary: 'Start what is not running, what it requires and wants first, and reply when it is ready.',
	needs: 'operate',
	args: { name: nameOrGlob },
	handle({ name }, context) {
		const { supervisor } = context.shared;
		const meant = supervisor.table.meant(name);
		begin(meant, context);
		return together(meant, (entries) => supervisor.orders.start(entries));
	},
	resume: (_, context, asked) =>
		resumed(asked, context, (entries) => context.shared.supervisor.orders.resumed.start(entries)),
});
