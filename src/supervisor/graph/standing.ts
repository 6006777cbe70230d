import type { Entry } from '../entry.ts';
import { isStuck } from '../verdicts.ts';

/** What an entry is still to do because of a request or of what it needs, once those before it are gone. */
export type Down = {
	readonly how: 'stop' | 'restart' | 'hold';
	readonly grace?: number | undefined;
	/** The number of the event because of which it is to go; undefined where none is. */
	readonly cause?: number | undefined;
};

/**
 * What others make of an entry: `up` is ready and stays so, `coming` is being started or will be, `down` is neither, as
 * far as can be told.
 */
export type Standing = 'up' | 'coming' | 'down';

/** `isStalled`: it waits for something that is down. */
export function standingOf(entry: Entry, down: Down | undefined, isStalled: boolean): Standing {
	const { state } = entry.life;
	const leaving = down?.how === 'stop' ? 'down' : 'coming';
	switch (state.tag) {
		case 'running':
			return down === undefined ? 'up' : leaving;
		case 'exited':
			return !isDoneOneshot(entry) ? 'down' : down === undefined ? 'up' : leaving;
		case 'starting':
			return leaving;
		case 'waiting':
			return isListening(entry) && down === undefined ? 'up' : isStalled ? 'down' : leaving;
		case 'stopping':
			return state.afterwards === 'start' || state.afterwards === 'return' ? 'coming' : 'down';
		case 'stopped':
		case 'failed':
		case 'backoff':
		case 'paused':
			return 'down';
	}
}

/** Whether it has, is about to have or would soon have a process of itself. */
export function isInPlay({ life: { state } }: Entry): boolean {
	return (
		state.tag === 'starting' || state.tag === 'running' || state.tag === 'paused' || state.tag === 'backoff'
	);
}

/** Whether a start by request, or because somebody needs it, has something to do. */
export function isStartable(entry: Entry): boolean {
	const { tag } = entry.life.state;
	return tag !== 'starting' && tag !== 'running' && tag !== 'paused' && !isDoneOneshot(entry);
}

/** One that was only to end well, and has. */
export function isDoneOneshot(entry: Entry): boolean {
	return entry.life.state.tag === 'exited' && entry.spec.ready === 'end';
}

/** Whether a oneshot that has ended well is to run again: when it alone is asked for. */
export function runsAgain(entry: Entry, asked: readonly Entry[]): boolean {
	return asked.length === 1 && asked[0] === entry && isDoneOneshot(entry);
}

/** What depends on it can do without no longer: that something which held them up has gone. */
export function isSupporting(entry: Entry, start: number | undefined): boolean {
	const { state } = entry.life;
	switch (state.tag) {
		case 'running':
			return start === undefined || start === startOf(entry) || start === listening;
		case 'paused':
			return true;
		case 'starting':
			if (entry.spec.ready === 'end' && start !== undefined) {
				// It runs again: what the run before did still holds.
				return true;
			}
			if (start === listening) {
				// Whoever connects now is served by it: its socket was there all the time.
				return true;
			}
			// Its readiness was taken back for a while; it is the same process.
			return state.spawned && start !== undefined && start === startOf(entry);
		default:
			return isDoneOneshot(entry) || isListening(entry);
	}
}

/** The reason of one that a connection is to start. */
export const forConnection = 'waits for a connection';

/** Whether archon listens for it, and the first who connects starts it. */
export function isListening({ life: { state } }: Entry): boolean {
	return state.tag === 'waiting' && state.why === forConnection;
}

/** In place of the number of a start: it has no process, but its socket. */
const listening = -1;

/** The number of its present start, as far as it has one. */
export function startOf(entry: Entry): number {
	return entry.process?.start ?? listening;
}

/** Still there though it is to be gone, and something is done about it. */
export function isGoing(entry: Entry): boolean {
	return entry.life.state.tag === 'stopping' && !isStuck(entry);
}
