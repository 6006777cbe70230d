import { native } from '../native.ts';
import type { Supervisor } from './supervisor.ts';

/** bench/native/supervise.c: the least a supervisor can be. */
export const floor: Supervisor = {
	name: 'floor',
	prepare: async ({ count, stamps }) => ({
		argv: [native('supervise'), `${count}`, native('service'), stamps],
		stop: 'TERM',
	}),
};
