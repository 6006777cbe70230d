import type { Service } from '../service/service.ts';
import type { Entry } from './entry.ts';

/** What the name of the second process ends with. */
export const overlapSuffix = '@overlap';

/** The entry that stands for its service: of a process beside another while a restart overlaps, that other's. */
export function frontOf(entry: Entry): Entry {
	return entry.overlap?.beside === entry ? entry.overlap.of : entry;
}

/** The process beside the one of an entry while a restart overlaps. */
export function besideOf(entry: Entry): Entry | undefined {
	return entry.overlap?.of === entry ? entry.overlap.beside : undefined;
}

/** These with the second process of each, where there is one. */
export function withBeside(entries: readonly Entry[]): readonly Entry[] {
	return [...new Set(entries.flatMap((entry) => [entry, besideOf(entry) ?? entry]))];
}

/**
 * Whether a restart by request overlaps: what runs, and is to run on until it is stopped. What has not been ready yet has
 * nothing to lose.
 */
export function mayOverlap(entry: Entry, service: Service | undefined = entry.service): boolean {
	const { process, life, overlap } = entry;
	return (
		service?.restartMode === 'overlap' &&
		service.timer === undefined &&
		!service.oneshot &&
		// Its archon-binder is that of an entry, and would not go with its process: the file may not say it, [defaults] of a
		// StartDaemon may.
		service.bind !== 'seccomp' &&
		process !== undefined &&
		isThere(life.state) &&
		overlap?.beside !== entry
	);
}

/** It has been ready, though it may have taken that back for a while. */
function isThere(state: Entry['life']['state']): boolean {
	return state.tag === 'running' || (state.tag === 'starting' && state.spawned && state.since !== 0);
}

/** Whether the new process of a restart that overlaps is still to be made. */
export function isProcessDue(entry: Entry): boolean {
	const { life, process } = besideOf(entry) ?? {};
	return life?.state.tag === 'starting' && process === undefined;
}

/** What a process beside another is: it is never started again by itself, and waits for nothing. */
export function besideService(service: Service): Service {
	return { ...service, restart: 'never', timer: undefined, activate: 'start' };
}

/** Makes each the process that the other one had. What is known of their service stays. */
export function swapProcesses(main: Entry, beside: Entry): void {
	const newest = Math.max(main.newest, beside.newest);
	const [one, other] = [sideOf(main), sideOf(beside)];
	Object.assign(main, other, { newest });
	Object.assign(beside, one, { newest });
}

function sideOf({ life, process, seat, tree, remark, said, degraded, health }: Entry) {
	return { life, process, seat, tree, remark, said, degraded, health };
}
