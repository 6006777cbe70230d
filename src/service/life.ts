import type { Spec } from '../process/state.ts';
import type { Service } from './service.ts';

/** The part of a service that the life of its process depends on. */
export function lifeOf(service: Service): Spec {
	const { success, backoff, limit, startTimeout } = service;
	const isWoken = service.timer !== undefined || isOnConnect(service);
	return {
		kind: 'daemon',
		ready: service.oneshot ? 'end' : service.ready.tag === 'exec' ? 'exec' : 'told',
		startTimeout,
		timed: isWoken,
		// After a good end one with a timer waits for its time, as one that a connection starts does for that, whatever
		// else is said.
		restart: isWoken && service.restart === 'always' ? 'on-failure' : service.restart,
		success,
		stopTimeout: service.stop.timeout,
		backoff,
		limit,
	};
}

/** Whether it is started by a connection. */
export function isOnConnect({ activate, sockets }: Pick<Service, 'activate' | 'sockets'>): boolean {
	return activate === 'on-connect' && sockets.length > 0;
}
