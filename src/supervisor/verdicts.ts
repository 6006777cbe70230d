import { refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import type { Denial } from '../process/state.ts';
import { failureText, lastCell, reasonOf } from './describe.ts';
import type { Entry } from './entry.ts';
import type { Verdict } from './waits.ts';

/** Why a request cannot be carried out in its state. */
export function denialText(entry: Entry, what: string, denial: Denial): string {
	const { name } = entry;
	switch (denial) {
		case 'foreign':
			return `"${name}" cannot be ${what}: archon did not start it and does not know how`;
		case 'run':
			return `"${name}" cannot be ${what}: it is a run, which is carried out once; send its Run again`;
		case 'no-process':
			return `"${name}" cannot be ${what}: it is ${entry.life.state.tag} and has no process${startFirst(entry)}`;
		case 'not-paused':
			return `"${name}" cannot be ${what}: it is ${entry.life.state.tag}, not paused`;
		case 'starting':
			return `"${name}" cannot be ${what} while it starts: Wait,${name},running first`;
	}
}

/** What to do first where something has to run for it. */
export function startFirst({ name, kind }: Entry): string {
	return kind === 'daemon' ? `; Start,${name} first` : '';
}

/** For `Start` and `Restart`: done when it is ready, a oneshot when it has ended well; else why not. */
export function startVerdict(entry: Entry): Verdict {
	const { state } = entry.life;
	switch (state.tag) {
		case 'running':
			return 'done';
		case 'exited':
			return entry.spec.ready === 'told' ? refuse(`${notReady(entry)} before it was ready`) : 'done';
		case 'stopping':
			return state.afterwards === 'stop'
				? refuse(`"${entry.name}" is being stopped: a later request overtook this one`)
				: undefined;
		case 'stopped':
			return refuse(`"${entry.name}" is stopped: a later request overtook this one`);
		case 'backoff':
		case 'failed':
			return refuse(`"${entry.name}" is ${state.tag}: ${reasonOf(entry)}`);
		case 'paused':
			return refuse(`"${entry.name}" is paused: Resume,${entry.name}`);
		case 'starting':
		case 'waiting':
			return undefined;
	}
}

function notReady(entry: Entry): string {
	return `"${entry.name}" ended with ${lastCell(entry.last)}`;
}

/** For `Reload`: done when it has a process, waits for something, or cannot be started. */
export function hasSettled(entry: Entry): Verdict {
	const { state } = entry.life;
	const isOnItsWay = state.tag === 'stopping' || (state.tag === 'starting' && !state.spawned);
	return isOnItsWay ? undefined : 'done';
}

/** For `StartDaemon`: done once exec has succeeded. */
export function firstStartVerdict(entry: Entry): Verdict {
	const { state } = entry.life;
	switch (state.tag) {
		case 'starting':
			return state.spawned ? 'done' : undefined;
		case 'failed':
			return state.why.tag === 'not-started' ? refuse(cannotStart(entry)) : 'done';
		case 'stopping':
		case 'stopped':
			return refuse(stoppedEarly(entry));
		default:
			return 'done';
	}
}

/** For `Stop`: done once all of it is gone. */
export function stopVerdict(entry: Entry): Verdict {
	const { state } = entry.life;
	switch (state.tag) {
		case 'stopped':
		case 'exited':
		case 'failed':
			return 'done';
		case 'stopping':
			return isStuck(entry) ? refuse(`"${entry.name}" is ${entry.remark}`) : undefined;
		default:
			return refuse(`"${entry.name}" is ${state.tag}: a later request overtook this Stop`);
	}
}

/** A zombie cannot be killed: who has to reap it is said; 0 is a parent that cannot be seen. */
export function stuckRemark(pids: readonly number[], remark: string): string {
	const parent = /^zombie: not reaped by (\d+)/.exec(remark)?.[1];
	const who = parent === '0' ? 'its parent' : `its parent ${parent}`;
	const more = parent === undefined ? '' : ` (it has ended: a zombie until ${who} reaps it or ends)`;
	return `still there after KILL: ${pids.join(' ')}${more}`;
}

/** Whether its remark says that not even KILL ended it. */
export function isStuck(entry: Entry): boolean {
	return entry.remark.startsWith('still there');
}

/** Why nothing ran: somebody stopped it before its exec. */
export function stoppedEarly(entry: Entry): string {
	return `"${entry.name}" was stopped while it started`;
}

/** Why nothing ran: which step of the start failed. */
export function cannotStart(entry: Entry): string {
	const { state } = entry.life;
	const why = state.tag === 'failed' ? failureText(state.why) : state.tag;
	return `cannot start ${shown(entry.launch?.args[0] ?? entry.name)}: ${why}`;
}

/** Whether its name is free when it is over: a run, what was taken over, a daemon by request that never got to run. */
export function leavesNothing(entry: Entry): boolean {
	const { tag } = entry.life.state;
	const isOver = tag === 'exited' || tag === 'failed' || tag === 'stopped';
	const isKept = entry.kind !== 'run' && entry.launch !== undefined && !isForgotten(entry);
	return isOver && !isKept && entry.kind !== 'foreign';
}

function isForgotten(entry: Entry): boolean {
	const { state, history } = entry.life;
	return (
		!entry.isConfigured &&
		state.tag === 'failed' &&
		state.why.tag === 'not-started' &&
		entry.last === undefined &&
		history.restarts === 0
	);
}
