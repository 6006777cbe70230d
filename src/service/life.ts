import type { Spec } from '../process/state.ts';
import type { Service } from './service.ts';

/** The part of a service that the life of its process depends on. */
export function lifeOf(service: Service): Spec {
	const { restart, success, backoff, limit, startTimeout } = service;
	return {
		kind: 'daemon',
		ready: service.oneshot ? 'end' : service.ready.tag === 'exec' ? 'exec' : 'told',
		startTimeout,
		timed: service.timer !== undefined,
		restart,
		success,
		stopTimeout: service.stop.timeout,
		backoff,
		limit,
	};
}
