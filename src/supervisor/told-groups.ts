import type { GivingUp, ToldGivingUp } from './giving-up.ts';
import type { GroupStates, ToldGroup } from './group-states.ts';
import type { Intensity } from './intensity.ts';
import type { Rounds, ToldRound } from './rounds.ts';

/** Groups as a book has them; an older archon did not write what they are in the middle of. */
export type ToldGroups = {
	readonly states: readonly ToldGroup[];
	readonly times: Readonly<Record<string, readonly number[]>>;
	readonly rounds?: readonly ToldRound[];
	readonly givingUp?: readonly ToldGivingUp[];
};

type Kept<Part extends GroupStates | Intensity | Rounds | GivingUp> = Pick<
	Part,
	'told' | 'restore' | 'version'
>;

/** Those who each know a part of it. */
export type GroupParts = {
	readonly states: Kept<GroupStates>;
	readonly intensity: Kept<Intensity>;
	readonly rounds: Kept<Rounds>;
	readonly givingUp: Kept<GivingUp>;
};

/** Grows with each change of what `toldOf` tells. */
export function versionOf({ states, intensity, rounds, givingUp }: GroupParts): number {
	return states.version + intensity.version + rounds.version + givingUp.version;
}

/** What a daemon that takes over has to know. */
export function toldOf({ states, intensity, rounds, givingUp }: GroupParts): ToldGroups {
	return {
		states: states.told(),
		times: intensity.told(),
		rounds: rounds.told(),
		givingUp: givingUp.told(),
	};
}

/** What a daemon that died knew. */
export function restoreTold(parts: GroupParts, told: ToldGroups | undefined): void {
	parts.states.restore(told?.states ?? []);
	parts.intensity.restore(told?.times ?? {});
	parts.rounds.restore(told?.rounds ?? []);
	parts.givingUp.restore(told?.givingUp ?? []);
}
