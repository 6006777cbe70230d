import { endBy } from './end-by.ts';
import { request } from './request.ts';

export const powerOff = request({
	name: 'PowerOff',
	summary: 'As process 1: stop everything, reply, kill what is left, and switch the machine off.',
	needs: 'operate',
	args: {},
	handle: (_, context) => endBy('power-off', context),
});
