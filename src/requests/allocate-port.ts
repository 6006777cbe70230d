import type { Field } from '../base/field.ts';
import { name, optional } from '../base/field.ts';
import { isRefusal, refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import { rowReply } from '../protocol/reply.ts';
import { formatPortRange, type PortRange, parsePortRange } from '../service/port-range.ts';
import { request } from './request.ts';

const range: Field<PortRange> = {
	what: 'range',
	read: (given) => parsePortRange(given) ?? refuse(`${shown(given)} is no range of ports; write 20000-29999`),
	write: formatPortRange,
};

export const allocatePort = request({
	name: 'AllocatePort',
	summary: 'Choose a port that is free for a process, which keeps it until it is stopped or ends for good.',
	needs: 'operate',
	args: { holder: name, range: optional(range) },
	columns: ['port', 'holder'],
	handle({ holder, range: from }, { shared: { supervisor, ports } }) {
		const entry = supervisor.table.named(holder);
		const port = isRefusal(entry) ? entry : ports.allocate(entry, from);
		return isRefusal(port) ? port : { tag: 'rows', lines: [rowReply([port, holder])] };
	},
});
