import type { Blow } from './blows.ts';
import type { Part } from './crew.ts';
import type { Deeds } from './deeds.ts';
import { Held } from './held.ts';
import type { Stage } from './stage.ts';

/**
 * Kills a process of a service or a run, and notes that nothing is foretold of it; false where it is not there. `isIt`:
 * whether that number is its still.
 */
export function hit(pid: number, name: string, deeds: Deeds, isIt: () => boolean): boolean {
	const one = deeds.hit.has(pid) ? undefined : Held.open(pid);
	const isHit = one !== undefined && isIt() && one.send('SIGKILL');
	one?.close();
	if (isHit) {
		deeds.touched.add(name);
		deeds.hit.set(pid, name);
	}
	return isHit;
}

/** One of archon's own three, which is there for a moment yet when it was killed; undefined while there is none. */
export function holdPart(what: Part, stage: Stage, deeds: Deeds): Held | undefined {
	const pid = stage.pidOf(what);
	const one = pid === undefined || deeds.killed.has(pid) ? undefined : Held.open(pid);
	if (stage.pidOf(what) === pid) {
		return one;
	}
	one?.close();
	return undefined;
}

/** Sends one of archon's own three a signal; false where there is none. */
export function signalPart(what: Part, signal: NodeJS.Signals, stage: Stage, deeds: Deeds): boolean {
	const one = holdPart(what, stage, deeds);
	const isHit = one?.send(signal) ?? false;
	one?.close();
	return isHit;
}

/** Kills one of archon's own three; false where it has ended. */
export function killPart(one: Held, deeds: Deeds): boolean {
	const isHit = one.send('SIGKILL');
	if (isHit) {
		deeds.killed.add(one.pid);
	}
	return isHit;
}

/** The same with whichever there is, and notes the blow. */
export function hitPart(what: Part, stage: Stage, deeds: Deeds): boolean {
	const one = holdPart(what, stage, deeds);
	const isHit = one !== undefined && killPart(one, deeds);
	one?.close();
	return noted(what, isHit, deeds);
}

/** Notes a blow if it hit something, and says whether it did. */
export function noted(blow: Blow, isHit: boolean, deeds: Deeds): boolean {
	if (isHit) {
		deeds.blows.push(blow);
	}
	return isHit;
}
