import { nameOrGlob } from '../base/field.ts';
import { each } from './each.ts';
import { request } from './request.ts';

export const pause = request({
	name: 'Pause',
	summary: 'Freeze a process and everything it started, until Resume.',
	needs: 'operate',
	args: { name: nameOrGlob },
	handle: ({ name }, { shared: { supervisor } }) =>
		each(supervisor.table.meant(name), (entry) => supervisor.pause(entry)),
});
