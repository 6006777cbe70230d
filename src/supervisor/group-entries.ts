import type { Group } from '../service/service.ts';
import type { Entry } from './entry.ts';
import type { Members } from './graph/members.ts';
import { concerned } from './graph/strategy.ts';

export type GroupEntriesPorts = {
	readonly members: () => Members;
	readonly get: (name: string) => Entry | undefined;
	/** Whether it is still there though it is to go. */
	readonly isLeaving: (entry: Entry) => boolean;
};

/** The entries that these names stand for, as far as they are there. */
export function entriesWithin(
	{ members, get }: Pick<GroupEntriesPorts, 'members' | 'get'>,
	names: Iterable<string>,
): Entry[] {
	return [...names]
		.flatMap((name) => members().leaves(name))
		.map(get)
		.filter((it) => it !== undefined);
}

/** Who is restarted with a member: what is there, and what would be after a while. */
export function restartedWith(ports: GroupEntriesPorts, group: Group, member: string): Entry[] {
	const isConcerned = (entry: Entry) => {
		const { tag } = entry.life.state;
		const isUp = tag === 'starting' || tag === 'running' || tag === 'paused';
		return isUp || tag === 'backoff' || ports.isLeaving(entry);
	};
	return entriesWithin(ports, concerned(group, member)).filter(isConcerned);
}
