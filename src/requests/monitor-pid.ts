import { name, optional, pid } from '../base/field.ts';
import { ok, request } from './request.ts';

export const monitorPid = request({
	name: 'MonitorPid',
	summary: 'Watch a process that archon did not start, by its number.',
	needs: 'operate',
	args: { pid, name: optional(name) },
	handle: ({ pid: number, name: chosen }, { shared: { supervisor }, peer }) =>
		supervisor.foreign.monitorPid(number, chosen, peer.uid) ?? ok,
});
