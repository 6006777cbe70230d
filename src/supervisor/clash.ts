import { type Refusal, refuse } from '../base/refusal.ts';
import type { Config } from '../config/config.ts';
import { formatMistake, type Place } from '../config/mistake.ts';
import { processesOf, serviceOfInstance } from '../config/processes.ts';
import type { Entry } from './entry.ts';

/**
 * Why a configuration cannot take the place of the one in force: one of its names is that of a process which is in neither.
 * `get`: the process of that name, where it may be in the way.
 */
export function clashOf(
	next: Config,
	before: Config,
	get: (name: string) => Pick<Entry, 'isConfigured'> | false | undefined,
): Refusal | undefined {
	const isTaken = (name: string) => {
		const entry = get(name);
		return entry && !entry.isConfigured && !before.services.has(name) && !before.groups.has(name);
	};
	const taken = [...next.services.keys(), ...next.groups.keys(), ...processesOf(next)].find(isTaken);
	if (taken === undefined) {
		return undefined;
	}
	const text = `the name "${taken}" is taken: Stop,${taken} and Remove,${taken} first`;
	const place = placeOf(taken, next);
	return refuse(place === undefined ? text : formatMistake({ ...place, key: '', text }));
}

/** Where the first key of the table stands that a name is of; of a table without keys nothing is known. */
function placeOf(name: string, { services, origins }: Config): Place | undefined {
	const service = serviceOfInstance(name, (it) => services.get(it)?.instances) ?? name;
	const places = origins.services.get(service)?.places ?? origins.groups.get(name);
	return places?.get('run') ?? places?.values().next().value;
}
