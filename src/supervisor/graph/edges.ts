import type { Service } from '../../service/service.ts';
import type { Edge, EdgeKind } from './graph.ts';

type Described = Pick<Service, 'name' | 'requires' | 'wants' | 'after'>;

/** What services say of what they need, as edges. */
export function edgesOf(services: readonly Described[]): Omit<Edge, 'origin'>[] {
	return services.flatMap((service) => [
		...edges(service, 'requires'),
		...edges(service, 'wants'),
		...edges(service, 'after'),
	]);
}

function edges(service: Described, kind: EdgeKind): Omit<Edge, 'origin'>[] {
	return service[kind].map((on) => ({ from: service.name, on, kind }));
}
