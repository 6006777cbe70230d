import { endBy } from './end-by.ts';
import { request } from './request.ts';

export const halt = request({
	name: 'Halt',
	summary: 'As process 1: stop everything, reply, kill what is left, and halt the machine.',
	needs: 'operate',
	args: {},
	handle: (_, context) => endBy('halt', context),
});
