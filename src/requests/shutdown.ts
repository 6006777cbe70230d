import { request } from './request.ts';

export const shutdown = request({
	name: 'Shutdown',
	summary: 'Stop everything but foreign processes, reply, and exit.',
	needs: 'operate',
	args: {},
	async handle(_, { shared: { supervisor } }) {
		await supervisor.shutdown([]);
		return { tag: 'last' };
	},
});
