import { name, oneOf, optional } from '../base/field.ts';
import { ok, request } from './request.ts';

const kinds = oneOf('requires', 'wants', 'after');

export const depend = request({
	name: 'Depend',
	summary:
		'Have a daemon require another process (or want it, or only start after it) from its next start or the end of the other on; lasts until Undepend or Shutdown.',
	needs: 'operate',
	args: { name, on: name, kind: optional(kinds, 'requires') },
	handle: ({ name, on, kind }, { shared: { supervisor } }) => supervisor.links.depend(name, on, kind) ?? ok,
});
