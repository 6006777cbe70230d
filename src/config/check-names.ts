import { hintsFor } from '../base/nearest.ts';
import type { Description } from './describe.ts';
import { joinKey, type Mistake } from './mistake.ts';
import { serviceOfInstance } from './processes.ts';

/** Names that nothing has, or more than one, and members of more than one group. */
export function checkNames(description: Description): Mistake[] {
	return [...taken(description), ...unknownNames(description), ...sharedMembers(description)];
}

const dependencies = ['requires', 'wants', 'after'] as const;

/** Services, groups and instances share one set of names. */
function* taken({ services, groups }: Description): Generator<Mistake> {
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
			const base = serviceOfInstance(name, (it) => services.get(it)?.draft.instances);
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

/** With thousands of names it takes a while to find the nearest one. */
const mostHints = 20;

function* unknownNames({ services, groups }: Description): Generator<Mistake> {
	const names = [...services.keys(), ...groups.keys()];
	const hint = hintsFor(mostHints);
	const unknown = (name: string) => `there is no service or group "${name}"${hint(name, names)}`;
	for (const [name, { draft, places, place }] of services) {
		for (const key of dependencies) {
			for (const on of draft[key]) {
				const isKnown = services.has(on) || groups.has(on);
				if (!isKnown && serviceOfInstance(on, (it) => services.get(it)?.draft.instances) === undefined) {
					const text = instanceHint(on, services) ?? unknown(on);
					yield { ...(places.get(key) ?? place), key: `service.${joinKey(name)}.${key}`, text };
				}
			}
		}
	}
	for (const [name, { draft, places, place }] of groups) {
		for (const member of draft.members) {
			if (!services.has(member) && !groups.has(member)) {
				const text = unknown(member);
				yield { ...(places.get('members') ?? place), key: `group.${joinKey(name)}.members`, text };
			}
		}
	}
}

/** The name of an instance that a service does not have. */
function instanceHint(name: string, services: Description['services']): string | undefined {
	const base = /^(.+)@[0-9]+$/.exec(name)?.[1] ?? '';
	const count = services.get(base)?.draft.instances;
	const has =
		count === 1 ? `one instance alone, called "${base}"` : `instances ${base}@1 to ${base}@${count}`;
	return count === undefined ? undefined : `there is no "${name}": service ${base} has ${has}`;
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
