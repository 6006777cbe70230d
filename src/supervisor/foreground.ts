import { signalNumber } from '../base/signal.ts';
import type { End } from '../process/state.ts';
import { failureText } from './describe.ts';
import type { Entry } from './entry.ts';

/** Standard descriptors of a process that stay the daemon's, and what goes with them. */
export type Stdio = {
	readonly fds: readonly [stdin: number, stdout: number, stderr: number];
	/** The first becomes its controlling terminal. */
	readonly isTerminal: boolean;
	readonly settings: ReadonlyMap<string, string>;
};

/** What a shell says of a program that it could not run. */
const notFound = 127;
const notRun = 126;
const failed = 1;

/** Nothing but a request, or the next try of one that gave up, would start it again. */
export function hasEndedForGood({ life: { state } }: Entry): boolean {
	return state.tag === 'exited' || state.tag === 'failed' || state.tag === 'stopped';
}

/** How the newest process of a service ended, as an exit code: 128+N for signal N. Never 0 for one that failed. */
export function exitCodeOf({ last, remark, life: { state } }: Entry): number {
	const why = state.tag === 'failed' ? state.why : undefined;
	const text = why?.tag === 'not-started' ? failureText(why) : why?.tag === 'limit' ? remark : '';
	if (text.startsWith('exec: ')) {
		return /^exec: (no such file|not a directory)/i.test(text) ? notFound : notRun;
	}
	if (why?.tag === 'not-started') {
		return failed;
	}
	const code = last === undefined ? 0 : codeOf(last);
	return code === 0 && why !== undefined ? failed : code;
}

function codeOf(end: End): number {
	switch (end.tag) {
		case 'exit':
			return end.code;
		case 'signal':
			return 128 + (signalNumber(end.signal) ?? 0);
		case 'unknown':
			return failed;
	}
}
