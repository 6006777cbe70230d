import { name } from '../base/field.ts';
import { ok, request } from './request.ts';

export const undepend = request({
	name: 'Undepend',
	summary: 'Take back what Depend added.',
	needs: 'operate',
	args: { name, on: name },
	handle: ({ name, on }, { shared: { supervisor } }) => supervisor.links.undepend(name, on) ?? ok,
});
