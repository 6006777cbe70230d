import { duration, nameOrGlob, optional } from '../base/field.ts';
import { begin, resumed, together } from './each.ts';
import { request } from './request.ts';

export const stop = request({
	name: 'Stop',
	summary:
		'Stop what requires it (to return with it), ask it to end, kill what is left after the timeout; replies when all of it is gone.',
	needs: 'operate',
	args: { name: nameOrGlob, timeout: optional(duration) },
	handle({ name, timeout }, context) {
		const { supervisor } = context.shared;
		const meant = supervisor.table.meant(name);
		begin(meant, context);
		return together(meant, (entries) => supervisor.orders.stop(entries, timeout));
	},
	resume: (_, context, asked) =>
		resumed(asked, context, (entries) => context.shared.supervisor.orders.resumed.stop(entries), true),
});
