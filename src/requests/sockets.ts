import { rowReply } from '../protocol/reply.ts';
import { request } from './request.ts';

export const sockets = request({
	name: 'Sockets',
	summary:
		'Show the sockets that archon keeps: for whom, how many connections wait to be accepted, which process accepted last, as far as connections that are open or were when somebody asked before tell; given:PID is who got it, where none was seen to accept; and the ports that it has chosen.',
	needs: 'observe',
	args: {},
	columns: ['address', 'name', 'backlog', 'last'],
	mayLack: ['backlog', 'last'],
	async handle(_, { shared: { socketsShown } }) {
		return { tag: 'rows', lines: (await socketsShown.rows()).map(rowReply) };
	},
});
