import { nameOrGlob, signal as signalField } from '../base/field.ts';
import { each } from './each.ts';
import { request } from './request.ts';

export const signal = request({
	name: 'Signal',
	summary: 'Send a signal to the main process alone.',
	needs: 'operate',
	args: { name: nameOrGlob, signal: signalField },
	handle: ({ name, signal: number }, { shared: { supervisor } }) =>
		each(supervisor.table.meant(name), (entry) => supervisor.signal(entry, number)),
});
