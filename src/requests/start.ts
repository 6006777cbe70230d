import { nameOrGlob } from '../base/field.ts';
import { together } from './each.ts';
import { request } from './request.ts';

export const start = request({
	name: 'Start',
	summary: 'Start what is not running, what it requires and wants first, and reply when it is ready.',
	needs: 'operate',
	args: { name: nameOrGlob },
	handle: ({ name }, { shared: { supervisor } }) =>
		together(supervisor.table.meant(name), (entries) => supervisor.orders.start(entries)),
});
