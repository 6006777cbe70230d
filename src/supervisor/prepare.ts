import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import type { Service } from '../service/service.ts';
import type { Cgroup } from './cgroup.ts';
import type { Cgroups } from './cgroups.ts';
import type { Entry } from './entry.ts';
import type { Extras } from './extras.ts';
import { type Identity, identityOf, maySpeak } from './identity.ts';
import { frontOf } from './overlap-of.ts';
import { ownSettings } from './settings.ts';
import type { Users } from './users.ts';

export type PreparePorts = {
	readonly users: Users;
	/** Or why there are none. */
	readonly cgroups: Cgroups | Refusal;
	/** Path of archon's socket. */
	readonly socket: string;
};

/**
 * What a start of that service gets: who it is, its control group, its environment. A promise only where a user or a
 * group has to be looked up. What cannot be had as asked refuses the start. `group` is what its control group is called.
 */
export function prepare(
	entry: Entry,
	service: Service,
	ports: PreparePorts,
	group = entry.seat,
): Extras | Refusal | Promise<Extras | Refusal> {
	const identity = identityOf(service, ports.users);
	return identity instanceof Promise
		? identity.then((found) => extrasOf(entry, service, found, ports, group))
		: extrasOf(entry, service, identity, ports, group);
}

function extrasOf(
	entry: Entry,
	service: Service,
	identity: Identity | Refusal | undefined,
	{ cgroups, socket }: PreparePorts,
	group: string,
): Extras | Refusal {
	if (isRefusal(identity)) {
		return identity;
	}
	const cgroup = cgroupOf(group, service, cgroups);
	if (isRefusal(cgroup)) {
		return cgroup;
	}
	const isTold = maySpeak(identity) && !service.env.has('ARCHON_SOCKET');
	const own = ownSettings({
		name: frontOf(entry).name,
		instance: entry.instance === 0 ? undefined : entry.instance,
		socket: isTold ? socket : undefined,
		watchdog: service.watchdog,
	});
	return { passed: [], own, identity, cgroup };
}

/** Without control groups what a process leaves is looked for; but a limit on all of them needs one. */
function cgroupOf(
	name: string,
	{ limits }: Service,
	cgroups: Cgroups | Refusal,
): Cgroup | Refusal | undefined {
	if (!isRefusal(cgroups)) {
		return cgroups.of(name, limits);
	}
	const limited = limits.memory !== undefined ? 'memory' : limits.pids !== undefined ? 'pids' : undefined;
	return limited === undefined
		? undefined
		: refuse(`limits: ${limited} cannot be limited: ${cgroups.refused}; leave the limit out`);
}
