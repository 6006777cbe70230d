import { nameOrGlob } from '../base/field.ts';
import { each } from './each.ts';
import { request } from './request.ts';

export const refresh = request({
	name: 'Refresh',
	summary: 'Do what the key reload of a service says; replies when that is done, and it is ready again.',
	needs: 'operate',
	args: { name: nameOrGlob },
	handle: ({ name }, { shared: { supervisor } }) =>
		each(supervisor.table.meant(name), (entry) => supervisor.refresh(entry)),
});
