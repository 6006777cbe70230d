import { ok, request } from './request.ts';

export const ping = request({
	name: 'Ping',
	summary: 'Answer, to say that the daemon is there.',
	needs: 'anyone',
	args: {},
	handle: () => ok,
});
