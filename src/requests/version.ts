import { rowReply } from '../protocol/reply.ts';
import { request } from './request.ts';

export const version = request({
	name: 'Version',
	summary: 'Say which archon this is and what it runs on.',
	needs: 'anyone',
	args: {},
	columns: ['name', 'version'],
	handle: (_, { shared }) => ({
		tag: 'rows',
		lines: [
			rowReply(['archon', shared.version]),
			rowReply(['node', process.versions.node]),
			...(shared.safeMode.isOn ? [rowReply(['mode', 'safe'])] : []),
		],
	}),
});
