import type { Config } from '../config/config.ts';
import { difference } from '../config/diff.ts';
import type { Service } from '../service/service.ts';
import type { Entry } from './entry.ts';
import type { Table } from './table.ts';

/** A daemon by request, and as what. */
export type Saved = { readonly entry: Entry; readonly service: Service };

/** Daemons by request that a configuration describes as they are, as `Save` does: it takes them over as they run. */
export function savedIn({ services }: Config, table: Table): ReadonlyMap<string, Saved> {
	const found = new Map<string, Saved>();
	for (const wanted of services.values()) {
		const entry = table.get(wanted.name);
		const service = entry?.service;
		if (
			entry !== undefined &&
			service?.name === entry.name &&
			!entry.isConfigured &&
			wanted.instances === 1 &&
			difference(service, wanted).restart.length === 0
		) {
			found.set(wanted.name, { entry, service });
		}
	}
	return found;
}
