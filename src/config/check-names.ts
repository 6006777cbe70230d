import type { Description } from './describe.ts';
import { joinKey, type Mistake, type Place } from './mistake.ts';
import { hint } from './nearest.ts';
import { serviceOfInstance } from './processes.ts';

/** Names that nothing has, or more than one, and members of more than one group. */
export function checkNames(description: Description): Mistake[] {
	return [...taken(description), ...unknownNames(description), ...sharedMembers(description)];
}

const dependencies = ['requires', 'wants', 'after'] as const;

/** Services, groups and instances share one set of names. */
function* taken({ services, groups }: Description): Generator<Mistake> {
	const counted = countsOf(services);
	for (const [name, { place }] of groups) {
		if (services.has(name)) {
			yield { ...place, key: `group.${joinKey(name)}`, text: 'a service has this name' };
		}
	}
	for (const [kind, those] of [
		['service', services],
		['group', groups],
	] as const) {
		for (const [name, { place }] of those) {
			const base = serviceOfInstance(name, counted);
			if (base !== undefined) {
				yield {
					...place,
					key: `${kind}.${joinKey(name)}`,
					text: `an instance of service ${base} has this name`,
				};
			}
		}
	}
}

function* unknownNames({ services, groups }: Description): Generator<Mistake> {
	const counted = countsOf(services);
	const isKnown = (name: string) => services.has(name) || groups.has(name);
	const names = [...services.keys(), ...groups.keys()];
	for (const [name, { draft, places, place }] of services) {
		for (const key of dependencies) {
			for (const on of draft[key]) {
				if (!isKnown(on) && serviceOfInstance(on, counted) === undefined) {
					yield unknown(places.get(key) ?? place, `service.${joinKey(name)}.${key}`, on, names);
				}
			}
		}
	}
	for (const [name, { draft, places, place }] of groups) {
		for (const member of draft.members) {
			if (!isKnown(member)) {
				yield unknown(places.get('members') ?? place, `group.${joinKey(name)}.members`, member, names);
			}
		}
	}
}

function unknown(place: Place, key: string, name: string, names: readonly string[]): Mistake {
	return { ...place, key, text: `there is no service or group "${name}"${hint(name, names)}` };
}

function* sharedMembers({ groups }: Description): Generator<Mistake> {
	const groupOf = new Map<string, string>();
	for (const [name, { draft, places, place }] of groups) {
		for (const member of draft.members) {
			const first = groupOf.get(member);
			if (first !== undefined) {
				const where = first === name ? 'twice' : `in group ${first} already`;
				yield {
					...(places.get('members') ?? place),
					key: `group.${joinKey(name)}.members`,
					text: `"${member}" is a member ${where}`,
				};
			}
			groupOf.set(member, name);
		}
	}
}

function countsOf(services: Description['services']): ReadonlyMap<string, { readonly instances: number }> {
	return new Map(Array.from(services, ([name, { draft }]) => [name, draft]));
}
