/**
 * A restart that overlaps, as a table: what to do next about two processes of one service, each of which has a life of its
 * own (transition.ts). `main` is the one that the service counts as its process, `beside` the other.
 *
 * While it is `announced`, `beside` is to be the new one and has not begun: it is only written down. While it is `proving`,
 * `beside` is the new one. It takes the place of `main` (`swap`) when it is ready, or as soon as it
 * runs where `main` has ended by itself: then there is nothing left to wait with. While it is `retiring`, `beside` is the one
 * of before. Only states are looked at, never how they came about: whoever asks again, after a crash or because of another
 * change, gets the same answer until it is done.
 */

import type { State } from './state.ts';

export type Phase = 'announced' | 'proving' | 'retiring';

/**
 * `swap`: the new one is the service's process from now on, the other one retires. `retire`: the old one is to be stopped.
 * `yield`: the new one is to be stopped, for its service is to go. `fail`: the new one has ended and was never ready.
 * `over`: the old one is gone.
 */
export type OverlapAct = 'swap' | 'retire' | 'yield' | 'fail' | 'over';

/** Why a service whose process ends by itself is not started: what is to follow it is there already. */
export const forSuccessor = 'its new process is starting already';

/** What is to be done now; undefined: nothing. */
export function overlapAct(phase: Phase, main: State, beside: State): OverlapAct | undefined {
	switch (phase) {
		case 'announced':
			return undefined;
		case 'proving':
			return proving(main, beside);
		case 'retiring':
			return retiring(beside);
	}
}

function proving(main: State, beside: State): OverlapAct | undefined {
	if (isOver(beside)) {
		return 'fail';
	}
	if (isToGo(main)) {
		return isStopping(beside) ? undefined : 'yield';
	}
	if (beside.tag === 'running' || beside.tag === 'paused') {
		return 'swap';
	}
	const runs = beside.tag === 'starting' && beside.spawned;
	return runs && hasGone(main) ? 'swap' : undefined;
}

function retiring(beside: State): OverlapAct | undefined {
	return isOver(beside) ? 'over' : isStopping(beside) ? undefined : 'retire';
}

/** It has ended, and nothing of its own will start it again. */
function isOver({ tag }: State): boolean {
	return tag === 'stopped' || tag === 'exited' || tag === 'failed';
}

/** It is told to end and does not return. */
function isStopping(state: State): boolean {
	return state.tag === 'stopping' && state.afterwards === 'stop';
}

/** Somebody wants it to end, or to wait for what it needs. */
function isToGo(main: State): boolean {
	switch (main.tag) {
		case 'stopped':
			return true;
		case 'stopping':
			return main.afterwards !== 'settle';
		case 'waiting':
			return main.why !== forSuccessor;
		default:
			return false;
	}
}

/** It ends, or has ended. */
export function hasGone({ tag }: State): boolean {
	return tag !== 'running' && tag !== 'paused' && tag !== 'starting';
}
