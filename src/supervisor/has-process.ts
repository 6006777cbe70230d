import type { Config } from '../config/config.ts';
import { processNames } from '../config/processes.ts';
import type { Entry } from './entry.ts';

type Services = Pick<Config, 'services'>;

/** Whether a configuration has the process of that entry. */
export function hasProcess({ services }: Services, { instance, service }: Entry): boolean {
	const { instances } = services.get(service?.name ?? '') ?? { instances: 0 };
	return instances === 1 ? instance === 0 : instance >= 1 && instance <= instances;
}

/** The names of all processes of these configurations, each once. */
export function processesOf(...configs: readonly Services[]): ReadonlySet<string> {
	const all = new Set(configs.map(({ services }) => services));
	return new Set(
		[...all].flatMap((services) =>
			[...services.values()].flatMap((it) => processNames(it.name, it.instances)),
		),
	);
}
