import { duration, nameOrGlob, optional } from '../base/field.ts';
import { together } from './each.ts';
import { request } from './request.ts';

export const stop = request({
	name: 'Stop',
	summary:
		'Stop what requires it (to return with it), ask it to end, kill what is left after the timeout; replies when all of it is gone.',
	needs: 'operate',
	args: { name: nameOrGlob, timeout: optional(duration) },
	handle: ({ name, timeout }, { shared: { supervisor } }) =>
		together(supervisor.table.meant(name), (entries) => supervisor.orders.stop(entries, timeout)),
});
