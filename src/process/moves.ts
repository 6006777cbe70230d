/** The vocabulary of the cells of transition.ts: what a move is, and the few that take more than a line. */

import { afterEnd, type Ended } from './restart.ts';
import type {
	Afterwards,
	Denial,
	Effect,
	End,
	Failure,
	History,
	Input,
	Spec,
	State,
	Step,
	Told,
} from './state.ts';

/** `held`: why a start has to wait now, undefined when nothing keeps it. */
export type Context = { readonly history: History; readonly spec: Spec; readonly held?: string | undefined };

/** Nothing ran yet, or what ran was started anew by request. */
export const fresh: History = { restarts: 0, row: 0, ends: [] };

/** How long after KILL what is still there is told as stuck, milliseconds. */
export const killWait = 2000;

/** The first start of a process: when it fails nothing is tried again. */
export function firstStart(spec: Spec): Step {
	const state = { tag: 'starting', first: true, spawned: false, since: 0 } as const;
	return { life: { state, history: fresh }, effects: started(spec) };
}

export function go(context: Context, state: State, ...effects: readonly Effect[]): Step {
	return { life: { state, history: context.history }, effects };
}

export function ignore(state: State, _input: Input, context: Context): Step {
	return go(context, state);
}

export function impossible(state: State, input: Input): never {
	throw new Error(`a process that is ${state.tag} cannot see ${input.tag}`);
}

export function deny(why: Denial): () => Step {
	return () => denied(why);
}

export function denied(why: Denial): Step {
	return { denied: why };
}

export function tell(type: Told, end?: End): Effect {
	return end === undefined ? { tag: 'emit', type } : { tag: 'emit', type, end };
}

export function arm(ms: number): Effect {
	return { tag: 'arm', ms };
}

/** For what starts a process again: a run is that of whoever asked for it, and what others have started is theirs. */
export function ofDaemon<S, I>(move: (state: S, input: I, context: Context) => Step): typeof move {
	return (state, input, context) => {
		const { kind } = context.spec;
		return kind === 'daemon' ? move(state, input, context) : denied(kind);
	};
}

/** For what ends a process that is to come back: what would not come back stays. */
export function heldBack<S extends State, I extends Input>(
	move: (state: S, input: I, context: Context) => Step,
): typeof move {
	return (state, input, context) => (context.spec.kind === 'daemon' ? move : ignore)(state, input, context);
}

export const startAfresh = ofDaemon((_state: State, _input: Input, context) =>
	spawn(fresh, context, { tag: 'disarm' }),
);

/** The one way to a start: what is held waits instead. */
export function spawn(history: History, context: Context, ...before: readonly Effect[]): Step {
	if (context.held !== undefined) {
		return { life: { state: { tag: 'waiting', why: context.held }, history }, effects: before };
	}
	const state = { tag: 'starting', first: false, spawned: false, since: 0 } as const;
	return { life: { state, history }, effects: [...before, ...started(context.spec)] };
}

/** The timeout is set before the spawn, for a start that fails at once is fed back from within. */
function started({ kind, startTimeout }: Spec): readonly Effect[] {
	const bound = kind === 'daemon' && startTimeout !== undefined ? [arm(startTimeout)] : [];
	return [tell('starting'), ...bound, { tag: 'spawn' }];
}

export function again(history: History): History {
	return { ...history, restarts: history.restarts + 1 };
}

export function stopped(context: Context, ...before: readonly Effect[]): Step {
	return {
		life: { state: { tag: 'stopped' }, history: { ...context.history, row: 0, ends: [] } },
		effects: [...before, tell('stopped')],
	};
}

/**
 * Asks the process to end; a grace of 0 kills it at once. Its time is set before the signal, for a start without a
 * process is given up from within, and the next one may have set its own by then.
 */
export function wind(
	afterwards: Afterwards,
	grace: number,
	since: number,
	context: Context,
	fault?: Failure,
): Step {
	const forced = grace === 0;
	const state = { tag: 'stopping', main: true, afterwards, forced, end: undefined, fault, since } as const;
	const signal: Effect = { tag: 'signal', signal: forced ? 'kill' : 'stop' };
	return go(context, state, tell('stopping'), arm(forced ? killWait : grace), signal);
}

/** A second stop with another grace: its time counts from now. */
export function hasten(main: boolean, grace: number): readonly Effect[] {
	return grace === 0 ? [arm(killWait), ...kill(main)] : [arm(grace)];
}

export function kill(main: boolean): readonly Effect[] {
	return main ? [{ tag: 'signal', signal: 'kill' }] : [{ tag: 'sweep', signal: 'kill' }];
}

export function thawing(step: Step): Step {
	return 'denied' in step ? step : { ...step, effects: [...step.effects, { tag: 'signal', signal: 'thaw' }] };
}

/** What it left behind was frozen with it, and would not heed a signal. */
export function thawed(step: Step): Step {
	return 'denied' in step ? step : { ...step, effects: [{ tag: 'signal', signal: 'thaw' }, ...step.effects] };
}

type Exited = Extract<Input, { tag: 'exited' }>;

/** It ended by itself: what it left behind is ended first, then its policy decides. */
export function ended(input: Exited, ran: number, context: Context): Step {
	const told = tell('exited', input.end);
	const unserved = input.unserved === true ? ({ tag: 'unserved', end: input.end } as const) : undefined;
	if (input.left > 0) {
		const state = {
			tag: 'stopping',
			main: false,
			afterwards: 'settle',
			forced: false,
			end: input.end,
			fault: unserved,
			since: input.at - ran,
		} as const;
		return go(context, state, { tag: 'disarm' }, told, arm(context.spec.stopTimeout), {
			tag: 'sweep',
			signal: 'term',
		});
	}
	const failure = unserved ?? ({ tag: 'ended', end: input.end } as const);
	return settle({ failure, ran, at: input.at, chance: input.chance }, context, told);
}

type Stopping = Extract<State, { tag: 'stopping' }>;

/** Everything is gone, main process and tree. */
export function gone(
	state: Stopping,
	at: number,
	chance: number,
	context: Context,
	...told: readonly Effect[]
): Step {
	switch (state.afterwards) {
		case 'stop':
			return stopped(context, { tag: 'disarm' }, ...told);
		case 'start':
			return spawn(fresh, context, { tag: 'disarm' }, ...told);
		case 'return':
			return spawn(again(context.history), context, { tag: 'disarm' }, ...told);
		case 'settle': {
			const end = state.end ?? { tag: 'unknown' };
			const failure = state.fault ?? ({ tag: 'ended', end } as const);
			return settle(
				{ failure, ran: state.since === 0 ? 0 : at - state.since, at, chance },
				context,
				{ tag: 'disarm' },
				...told,
			);
		}
	}
}

export function settle(ended: Ended, context: Context, ...before: readonly Effect[]): Step {
	const verdict = afterEnd(ended, context.history, context.spec);
	switch (verdict.tag) {
		case 'exited':
			return context.spec.timed
				? go(context, { tag: 'waiting', why: context.held ?? '' }, { tag: 'disarm' }, ...before)
				: go(context, { tag: 'exited' }, { tag: 'disarm' }, ...before);
		case 'now':
			return spawn(again(verdict.history), context, { tag: 'disarm' }, ...before);
		case 'backoff': {
			const state = { tag: 'backoff', until: ended.at + verdict.delay } as const;
			return {
				life: { state, history: verdict.history },
				effects: [...before, tell('backoff'), arm(verdict.delay)],
			};
		}
		case 'failed': {
			const state = { tag: 'failed', why: verdict.why } as const;
			const later: Effect = verdict.retry > 0 ? arm(verdict.retry) : { tag: 'disarm' };
			return { life: { state, history: verdict.history }, effects: [...before, later, tell('failed')] };
		}
	}
}

/** It waits instead of being started again, and counts as started automatically when it is. */
export function waitInstead(context: Context): Step {
	const state = { tag: 'waiting', why: context.held ?? '' } as const;
	return { life: { state, history: again(context.history) }, effects: [{ tag: 'disarm' }] };
}

/** Its readiness was taken back: it is as if it were starting, and has as long as a start. */
export function withdraw(since: number, context: Context): Step {
	const { startTimeout } = context.spec;
	const bound: Effect = startTimeout === undefined ? { tag: 'disarm' } : arm(startTimeout);
	return go(context, { tag: 'starting', first: false, spawned: true, since }, tell('starting'), bound);
}

export function brokenStart(input: Extract<Input, { tag: 'broken' }>): {
	tag: 'not-started';
	step: string;
	text: string;
} {
	return { tag: 'not-started', step: input.step, text: input.text };
}

/** It was not ready in time. */
export function late({ spec }: Context): Failure {
	return { tag: 'not-ready', after: spec.startTimeout ?? 0 };
}

export function unwell({ why }: { readonly why: string }): Failure {
	return { tag: 'degraded', why };
}
