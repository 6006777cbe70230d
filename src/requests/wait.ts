import { duration, nameOrGlob, oneOf, optional } from '../base/field.ts';
import { each } from './each.ts';
import { request } from './request.ts';

const states = oneOf(
	'waiting',
	'starting',
	'running',
	'stopping',
	'stopped',
	'exited',
	'backoff',
	'failed',
	'paused',
);

export const wait = request({
	name: 'Wait',
	summary: 'Reply when a process (of a group: each member) is in that state, or say why it will not be.',
	needs: 'observe',
	onlyWaits: true,
	args: { name: nameOrGlob, state: states, timeout: optional(duration) },
	handle: ({ name, state, timeout }, { shared: { supervisor } }) =>
		each(supervisor.table.meant(name), (entry) => supervisor.wait(entry, state, timeout, name)),
});
