import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import type { SpawnIdentity, UserEntry } from '../native/addon.ts';
import type { Service } from '../service/service.ts';
import type { Owner } from './fifos.ts';
import { baseOfUser } from './launch.ts';
import type { Users } from './users.ts';

/** As whom a process runs, and what follows from it. */
export type Identity = {
	readonly spawn: SpawnIdentity;
	/** The environment it starts from; undefined: that of the daemon's user. */
	readonly base: ReadonlyMap<string, string> | undefined;
	/** Who may open its output by name; undefined: the daemon's user. */
	readonly owner: Owner | undefined;
};

/** What of a service says as whom it runs. */
export type Wanted = Pick<
	Service,
	'user' | 'group' | 'umask' | 'limits' | 'nice' | 'oomScore' | 'noNewPrivs'
>;

/** Numbers of setrlimit(2) on Linux. Not `locks`: that limit is the mark of archon's processes (native/core/mark.h). */
const resources: ReadonlyMap<string, number> = new Map([
	['cpu', 0], ['fsize', 1], ['data', 2], ['stack', 3], ['core', 4], ['rss', 5], ['nproc', 6], ['nofile', 7],
	['memlock', 8], ['as', 9], ['sigpending', 11], ['msgqueue', 12], ['nice', 13], ['rtprio', 14], ['rttime', 15],
]); // biome-ignore format: a table

const plainUmask = 0o022;

/**
 * As whom a service is to run; undefined: as every process does, the daemon's user with umask 022. A promise only where
 * a user or a group has to be looked up. What is not known is refused.
 */
export function identityOf(
	wanted: Wanted,
	users: Users,
): Identity | Refusal | undefined | Promise<Identity | Refusal | undefined> {
	const limits = limitsOf(wanted.limits.resources);
	if (isRefusal(limits)) {
		return limits;
	}
	const { umask, nice, oomScore, noNewPrivs } = wanted;
	const rest = { limits, umask, nice, oomScore, noNewPrivs };
	if (wanted.user !== undefined || wanted.group !== undefined) {
		return ofUser(wanted, rest, users);
	}
	const isPlain =
		limits.length === 0 &&
		umask === plainUmask &&
		nice === undefined &&
		oomScore === undefined &&
		!noNewPrivs;
	return isPlain ? undefined : { spawn: { user: undefined, ...rest }, base: undefined, owner: undefined };
}

/** Whether a process that runs so may use archon's socket: root and the daemon's own user may. */
export function maySpeak(identity: Identity | undefined): boolean {
	return identity?.owner === undefined || identity.owner.uid === 0;
}

async function ofUser(
	{ user, group }: Wanted,
	rest: Omit<SpawnIdentity, 'user'>,
	users: Users,
): Promise<Identity | Refusal> {
	const [found, chosen] = await Promise.all([
		users.user(user ?? own.uid),
		group === undefined ? undefined : users.group(group),
	]);
	if (isRefusal(found)) {
		return found;
	}
	if (isRefusal(chosen)) {
		return chosen;
	}
	const ids = { uid: found.uid, gid: chosen ?? found.gid, groups: groupsOf(found, chosen) };
	return {
		spawn: { user: isOwn(ids) ? undefined : ids, ...rest },
		base: ids.uid === own.uid ? undefined : baseOf(found),
		owner: ids.uid === own.uid ? undefined : { uid: ids.uid, gid: ids.gid },
	};
}

const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

/** Another group stands in place of the user's own, as initgroups(3) has it: whoever names one gives up the other's rights. */
function groupsOf({ gid, groups }: UserEntry, chosen: number | undefined): number[] {
	return [...new Set(chosen === undefined ? groups : [chosen, ...groups.filter((it) => it !== gid)])];
}

/** Then there is nothing to change, and an unprivileged daemon may not ask for it. */
function isOwn({ uid, gid, groups }: { uid: number; gid: number; groups: readonly number[] }): boolean {
	const wanted = new Set([gid, ...groups]);
	const had = new Set([own.gid, ...(process.getgroups?.() ?? [])]);
	return uid === own.uid && gid === own.gid && wanted.symmetricDifference(had).size === 0;
}

function baseOf({ name, home, shell }: UserEntry): ReadonlyMap<string, string> {
	return baseOfUser({ username: name, homedir: home || '/', shell });
}

function limitsOf(wanted: ReadonlyMap<string, number>): (readonly [number, number])[] | Refusal {
	const limits: (readonly [number, number])[] = [];
	for (const [name, value] of wanted) {
		const resource = resources.get(name);
		if (resource === undefined) {
			return refuse(
				`limits: there is no limit "${name}" to be set; there are ${[...resources.keys()].join(' ')}`,
			);
		}
		limits.push([resource, value]);
	}
	return limits;
}
