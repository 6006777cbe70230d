import { refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import { failureText } from './describe.ts';
import type { Entry } from './entry.ts';
import type { Verdict } from './waits.ts';

/** For `StartDaemon`: done once exec has succeeded. */
export function startVerdict(entry: Entry): Verdict {
	const { state } = entry.life;
	switch (state.tag) {
		case 'starting':
			return undefined;
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
