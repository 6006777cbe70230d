import { endBy } from './end-by.ts';
import { request } from './request.ts';

export const reboot = request({
	name: 'Reboot',
	summary: 'As process 1: stop everything, reply, kill what is left, and start the machine anew.',
	needs: 'operate',
	args: {},
	handle: (_, context) => endBy('reboot', context),
});
