import { nameOrGlob } from '../base/field.ts';
import { begin, resumed, together } from './each.ts';
import { request } from './request.ts';

export const restart = request({
	name: 'Restart',
	summary: 'End what runs and start it again, what requires it as well; replies when it is ready.',
	needs: 'operate',
	args: { name: nameOrGlob },
	handle({ name }, context) {
		const { supervisor } = context.shared;
		const meant = supervisor.table.meant(name);
		begin(meant, context);
		return together(meant, (entries) => supervisor.orders.restart(entries));
	},
	resume: (_, context, asked) =>
		resumed(asked, context, (entries, at) => context.shared.supervisor.orders.resumed.restart(entries, at)),
});
