import type { Config } from '../config/config.ts';
import { fresh } from '../process/moves.ts';
import type { Kind } from '../process/state.ts';
import { lifeOf } from '../service/life.ts';
import type { Service } from '../service/service.ts';
import { specOf } from './defaults.ts';
import type { Entry } from './entry.ts';
import type { Launch } from './launch.ts';

/** An entry of which nothing has run yet; what is known of it comes with `of`. */
export function newEntry(name: string, kind: Kind, of: Partial<Entry> = {}): Entry {
	return {
		name,
		kind,
		service: undefined,
		instance: 0,
		isConfigured: false,
		spec: specOf(kind),
		launch: undefined,
		life: { state: { tag: 'stopped' }, history: fresh },
		process: undefined,
		last: undefined,
		remark: '',
		cause: undefined,
		request: undefined,
		ordered: '',
		said: '',
		degraded: undefined,
		health: undefined,
		timer: undefined,
		due: 0,
		newest: -1,
		tree: undefined,
		seat: name,
		overlap: undefined,
		...of,
	};
}

/** The entry of a service, or of one of its instances. */
export function serviceEntry(service: Service, instance: number, isConfigured: boolean): Entry {
	const name = instance === 0 ? service.name : `${service.name}@${instance}`;
	return newEntry(name, 'daemon', {
		instance,
		isConfigured,
		...described(service),
	});
}

/** What of an entry is made of its service: to be renewed together when that changes. */
export function described(service: Service): Pick<Entry, 'service' | 'spec' | 'launch'> {
	return { service, spec: lifeOf(service), launch: launchOf(service) };
}

/** Makes of entries what their services say now; what is returned makes them what they were. */
export function renew(entries: readonly Entry[], { services }: Pick<Config, 'services'>): () => void {
	const before = entries.map(({ service, spec, launch }) => ({ service, spec, launch }));
	for (const entry of entries) {
		const service = services.get(entry.service?.name ?? '');
		Object.assign(entry, service && described(service));
	}
	return () => {
		for (const [index, entry] of entries.entries()) {
			Object.assign(entry, before[index]);
		}
	};
}

function launchOf({ run, env, directory }: Service): Launch {
	return { args: run, env, directory, fds: [] };
}
