import { ok, request } from './request.ts';

export const upgrade = request({
	name: 'Upgrade',
	summary:
		'Exchange the daemon, and archond itself, for what is installed by now, under the running processes.',
	needs: 'operate',
	args: {},
	async handle(_, { shared, asked }) {
		const refused = await shared.upgrade();
		return refused ?? { tag: 'next', request: asked?.number };
	},
	// What is begun is what the keeper was told: it has exchanged all by the time that this daemon is there.
	resume: (_, __, { begun }) => begun && ok,
});
