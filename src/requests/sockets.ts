import { rowReply } from '../protocol/reply.ts';
import { request } from './request.ts';

export const sockets = request({
	name: 'Sockets',
	summary:
		'Show the sockets that archon keeps: for whom, how many connections wait to be accepted, which process got it last; and the ports that it has chosen.',
	needs: 'observe',
	args: {},
	columns: ['address', 'name', 'backlog', 'last'],
	mayLack: ['backlog', 'last'],
	handle: (_, { shared: { sockets, ports } }) => ({
		tag: 'rows',
		lines: [...ports.rows(), ...sockets.rows()].map(rowReply),
	}),
});
