import { nameOrGlob } from '../base/field.ts';
import { each } from './each.ts';
import { request } from './request.ts';

export const restart = request({
	name: 'Restart',
	summary: 'End what runs and start it again; replies when it is ready.',
	needs: 'operate',
	args: { name: nameOrGlob },
	handle: ({ name }, { shared: { supervisor } }) =>
		each(supervisor.table.meant(name), (entry) => supervisor.restart(entry)),
});
