import type { Config } from '../config/config.ts';
import type { Entry } from './entry.ts';

/** Whether a configuration has the process of that entry. */
export function hasProcess({ services }: Pick<Config, 'services'>, { instance, service }: Entry): boolean {
	const { instances } = services.get(service?.name ?? '') ?? { instances: 0 };
	return instances === 1 ? instance === 0 : instance >= 1 && instance <= instances;
}
