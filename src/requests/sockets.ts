import { rowReply } from '../protocol/reply.ts';
import { request } from './request.ts';

export const sockets = request({
	name: 'Sockets',
	summary:
		'Show the sockets that archon keeps: for whom, how many connections wait to be accepted, which process was seen to accept last (given:PID where none was: that process has it); and the ports that it has chosen.',
	needs: 'observe',
	args: {},
	columns: ['address', 'name', 'backlog', 'last'],
	mayLack: ['backlog', 'last'],
	async handle(_, { shared: { socketsShown } }) {
		return { tag: 'rows', lines: (await socketsShown.rows()).map(rowReply) };
	},
});
