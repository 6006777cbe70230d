import { nameOrGlob } from '../base/field.ts';
import { each } from './each.ts';
import { request } from './request.ts';

export const remove = request({
	name: 'Remove',
	summary: 'Forget a process that is stopped, exited or failed, and free its name.',
	needs: 'operate',
	args: { name: nameOrGlob },
	handle: ({ name }, { shared: { supervisor } }) =>
		each(supervisor.table.meant(name), (entry) => supervisor.remove(entry)),
});
