import { nameOrGlob } from '../base/field.ts';
import { together } from './each.ts';
import { request } from './request.ts';

export const restart = request({
	name: 'Restart',
	summary: 'End what runs and start it again, what requires it as well; replies when it is ready.',
	needs: 'operate',
	args: { name: nameOrGlob },
	handle: ({ name }, { shared: { supervisor } }) =>
		together(supervisor.table.meant(name), (entries) => supervisor.orders.restart(entries)),
});
