import type { Config } from '../config/config.ts';

/** What a configuration says of the order of things. */
export type Arrangement = Pick<Config, 'services' | 'groups'>;

/**
 * The order in which what leaves a configuration is brought down: that of the next one, and with it what the one before
 * said of those that are in it no longer.
 */
export function withLeaving(before: Arrangement, next: Arrangement): Arrangement {
	const isLeaving = (name: string) => !next.services.has(name) && !next.groups.has(name);
	const services = [...before.services].filter(([name]) => isLeaving(name));
	// A group that still has members of its own is another one by now, or none.
	const groups = [...before.groups].filter(
		([name, { members }]) => isLeaving(name) && members.every(isLeaving),
	);
	return {
		services: new Map([...next.services, ...services]),
		groups: new Map([...next.groups, ...groups]),
	};
}
