import { name, optional } from '../base/field.ts';
import { refuse } from '../base/refusal.ts';
import { ok, request } from './request.ts';

export const monitorFd = request({
	name: 'MonitorFD',
	summary: 'Watch the process whose pidfd comes along.',
	needs: 'operate',
	args: { name: optional(name) },
	fds: [1],
	handle({ name: chosen }, { shared, fds, peer }) {
		const [pidfd] = fds.splice(0);
		if (pidfd === undefined) {
			return refuse('MonitorFD takes exactly one descriptor, a pidfd, passed along (SCM_RIGHTS)');
		}
		return shared.supervisor.foreign.monitor(pidfd, chosen, peer.uid) ?? ok;
	},
});
