import { counts } from '../../process/restart.ts';
import type { Group } from '../../service/service.ts';

/**
 * The other members that are restarted with one that failed, as Erlang/OTP's supervisors do it: none, all, or those
 * behind it in the order they are written.
 */
export function concerned(group: Group, member: string): readonly string[] {
	switch (group.strategy) {
		case 'one_for_one':
			return [];
		case 'one_for_all':
			return group.members.filter((it) => it !== member);
		case 'rest_for_one':
			return group.members.slice(group.members.indexOf(member) + 1);
	}
}

/** Restarts that still count, oldest first, this one included; `at` milliseconds. */
export function counted(times: readonly number[], at: number, group: Group): readonly number[] {
	return [...times.filter((it) => counts(it, at, group.intensity.within)), at];
}

/** Whether that many are more than the group may have. */
export function isTooMany(times: readonly number[], group: Group): boolean {
	return times.length > group.intensity.restarts;
}
