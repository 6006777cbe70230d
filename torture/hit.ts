import type { Blow } from './blows.ts';
import type { Part } from './crew.ts';
import type { Deeds } from './deeds.ts';
import type { Stage } from './stage.ts';
import { kill } from './system.ts';

/** Kills a process of a service or a run, and notes that nothing is foretold of it; false where it is not there. */
export function hit(pid: number, name: string, deeds: Deeds): boolean {
	if (deeds.hit.has(pid) || !kill(pid, 'SIGKILL')) {
		return false;
	}
	deeds.touched.add(name);
	deeds.hit.add(pid);
	return true;
}

/** One of archon's own three, which is there for a moment yet when it was killed; undefined while there is none. */
export function partOf(what: Part, stage: Stage, deeds: Deeds): number | undefined {
	const pid = stage.pidOf(what);
	return pid === undefined || deeds.killed.has(pid) ? undefined : pid;
}

/** Kills one of archon's own three; false where there is none. */
export function killPart(pid: number | undefined, deeds: Deeds): boolean {
	const isHit = kill(pid, 'SIGKILL');
	if (isHit && pid !== undefined) {
		deeds.killed.add(pid);
	}
	return isHit;
}

/** The same, and notes the blow. */
export function hitPart(what: Part, stage: Stage, deeds: Deeds): boolean {
	return noted(what, killPart(partOf(what, stage, deeds), deeds), deeds);
}

/** Notes a blow if it hit something, and says whether it did. */
export function noted(blow: Blow, isHit: boolean, deeds: Deeds): boolean {
	if (isHit) {
		deeds.blows.push(blow);
	}
	return isHit;
}
