import { duration, nameOrGlob, optional } from '../base/field.ts';
import { each } from './each.ts';
import { request } from './request.ts';

export const stop = request({
	name: 'Stop',
	summary: 'Ask a process to end, kill what is left after the timeout, and reply when all of it is gone.',
	needs: 'operate',
	args: { name: nameOrGlob, timeout: optional(duration) },
	handle: ({ name, timeout }, { shared: { supervisor } }) =>
		each(supervisor.table.meant(name), (entry) => supervisor.stop(entry, timeout)),
});
