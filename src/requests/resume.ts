import { nameOrGlob } from '../base/field.ts';
import { each } from './each.ts';
import { request } from './request.ts';

export const resume = request({
	name: 'Resume',
	summary: 'Let a paused process go on.',
	needs: 'operate',
	args: { name: nameOrGlob },
	handle: ({ name }, { shared: { supervisor } }) =>
		each(supervisor.table.meant(name), (entry) => supervisor.resume(entry)),
});
