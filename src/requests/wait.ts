import { duration, nameOrGlob, oneOf, optional } from '../base/field.ts';
import { begin, each, resumed } from './each.ts';
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
	handle({ name, state, timeout }, context) {
		const { supervisor } = context.shared;
		const meant = supervisor.table.meant(name);
		begin(meant, context);
		return each(meant, (entry) => supervisor.wait(entry, state, timeout, name));
	},
	resume: ({ name, state, timeout }, context, asked) =>
		resumed(asked, context, (entries, at) => {
			const left = timeout === undefined ? undefined : Math.max(0, timeout - (Date.now() - at));
			const { supervisor } = context.shared;
			return each(entries, (entry) => supervisor.wait(entry, state, timeout, name, left));
		}),
});
