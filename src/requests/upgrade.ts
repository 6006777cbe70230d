import { request } from './request.ts';

export const upgrade = request({
	name: 'Upgrade',
	summary:
		'Exchange the daemon, and archond itself, for what is installed by now, under the running processes.',
	needs: 'operate',
	args: {},
	async handle(_, { shared }) {
		return (await shared.upgrade()) ?? { tag: 'next' };
	},
});
