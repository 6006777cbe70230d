import type { Spec } from '../process/state.ts';
import type { Service } from './service.ts';

/** The part of a service that the life of its process depends on. */
export function lifeOf(service: Service): Spec {
	const { success, backoff, limit, startTimeout } = service;
	return {
		kind: 'daemon',
		ready: service.oneshot ? 'end' : service.ready.tag === 'exec' ? 'exec' : 'told',
		startTimeout,
		timed: service.timer !== undefined,
		// After a good end one with a timer waits for its time, whatever else is said.
		restart: service.timer !== undefined && service.restart === 'always' ? 'on-failure' : service.restart,
		success,
		stopTimeout: service.stop.timeout,
		backoff,
		limit,
	};
}
