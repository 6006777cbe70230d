import { rowReply } from '../protocol/reply.ts';
import { request } from './request.ts';

export const tree = request({
	name: 'Tree',
	summary: 'Show the tree of processes, with the name and state of each that has one.',
	needs: 'observe',
	args: {},
	columns: ['depth', 'pid', 'ppid', 'name', 'state', 'command'],
	mayLack: ['name', 'state'],
	handle: async (_, { shared: { sight } }) => ({ tag: 'rows', lines: (await sight.tree()).map(rowReply) }),
});
