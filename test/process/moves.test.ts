import { describe, expect, it } from 'vitest';
import {
	again,
	arm,
	brokenStart,
	denied,
	deny,
	ended,
	firstStart,
	fresh,
	gone,
	hasten,
	ignore,
	impossible,
	killWait,
	settle,
	spawn,
	startAfresh,
	stopped,
	tell,
	thawing,
	wind,
} from '../../src/process/moves.ts';
import type { Effect, History, Spec, State, Step } from '../../src/process/state.ts';
import { transition } from '../../src/process/transition.ts';
import { plain } from './picture.ts';

const history: History = { restarts: 3, row: 2, ends: [1, 2] };
const context = { history, spec: plain, held: undefined };
const exit = { tag: 'exit', code: 3 } as const;

function stepped(step: Step): { state: State; history: History; effects: readonly Effect[] } {
	if ('denied' in step) {
		throw new Error(`refused: ${step.denied}`);
	}
	return { ...step.life, effects: step.effects };
}

function stopping(afterwards: 'stop' | 'start' | 'settle', since = 500) {
	return {
		tag: 'stopping',
		main: false,
		afterwards,
		forced: false,
		end: exit,
		fault: undefined,
		since,
	} as const;
}

describe('the moves of a process', () => {
	it('begin with a start of which nothing is remembered', () => {
		expect(stepped(firstStart(plain))).toEqual({
			state: { tag: 'starting', first: true, spawned: false, since: 0 },
			history: fresh,
			effects: [tell('starting'), arm(30_000), { tag: 'spawn' }],
		});
	});

	it('spawn last, for a start that fails at once is fed back from within', () => {
		const { state, effects } = stepped(spawn(history, context, { tag: 'disarm' }));
		expect(state).toEqual({ tag: 'starting', first: false, spawned: false, since: 0 });
		expect(effects).toEqual([{ tag: 'disarm' }, tell('starting'), arm(30_000), { tag: 'spawn' }]);
	});

	it('count the automatic starts, and forget them with a start by request', () => {
		expect(again(history)).toEqual({ restarts: 4, row: 2, ends: [1, 2] });
		expect(
			stepped(startAfresh({ tag: 'failed', why: { tag: 'ended', end: exit } }, { tag: 'start' }, context))
				.history,
		).toEqual(fresh);
		expect(
			startAfresh({ tag: 'exited' }, { tag: 'start' }, { history, spec: { ...plain, kind: 'foreign' } }),
		).toEqual(denied('foreign'));
	});

	it('start no run again, nor end it to bring it back', () => {
		const spec: Spec = { ...plain, kind: 'run', restart: 'never' };
		const paused: State = { tag: 'paused', since: 0, frozen: 0 };
		const starting: State = { tag: 'starting', first: true, spawned: false, since: 0 };
		for (const state of [{ tag: 'running', since: 0 }, paused, starting, stopping('stop')] as const) {
			for (const tag of ['start', 'restart'] as const) {
				expect(transition({ state, history }, { tag }, spec), state.tag).toEqual(denied('run'));
			}
			expect(transition({ state, history }, { tag: 'hold' }, spec), state.tag).toEqual({
				life: { state, history },
				effects: [],
			});
		}
	});

	it('forget the ends, not the restarts, of one that is stopped', () => {
		expect(stepped(stopped(context))).toEqual({
			state: { tag: 'stopped' },
			history: { restarts: 3, row: 0, ends: [] },
			effects: [tell('stopped')],
		});
	});

	it('ask first and kill when the grace is over, or kill at once when there is none', () => {
		const asked = stepped(wind('stop', 5000, 100, context));
		expect(asked.state).toMatchObject({ tag: 'stopping', main: true, forced: false, since: 100 });
		expect(asked.effects).toEqual([tell('stopping'), arm(5000), { tag: 'signal', signal: 'stop' }]);
		const killed = stepped(wind('start', 0, 100, context));
		expect(killed.state).toMatchObject({ afterwards: 'start', forced: true });
		expect(killed.effects).toEqual([tell('stopping'), arm(killWait), { tag: 'signal', signal: 'kill' }]);
	});

	it('give a second stop its own time, and kill what is there when that is none', () => {
		expect(hasten(true, 700)).toEqual([arm(700)]);
		expect(hasten(true, 0)).toEqual([arm(killWait), { tag: 'signal', signal: 'kill' }]);
		expect(hasten(false, 0)).toEqual([arm(killWait), { tag: 'sweep', signal: 'kill' }]);
	});

	it('thaw a frozen process after everything else, so that it finds its signal', () => {
		const { effects } = stepped(thawing(wind('stop', 5000, 100, context)));
		expect(effects.at(-1)).toEqual({ tag: 'signal', signal: 'thaw' });
		expect(thawing(denied('foreign'))).toEqual(denied('foreign'));
	});

	it('end what the main process left behind before anything is decided', () => {
		const step = stepped(ended({ tag: 'exited', end: exit, left: 2, at: 900, chance: 0.5 }, 400, context));
		expect(step.state).toEqual({ ...stopping('settle'), main: false });
		expect(step.history).toBe(history);
		expect(step.effects).toEqual([
			{ tag: 'disarm' },
			tell('exited', exit),
			arm(plain.stopTimeout),
			{ tag: 'sweep', signal: 'term' },
		]);
	});

	it('call no end good that left unserved who had started it', () => {
		const good = { tag: 'exit', code: 0 } as const;
		const timed = { history: fresh, spec: { ...plain, timed: true } };
		const exited = { tag: 'exited', end: good, left: 0, at: 900, chance: 0.5 } as const;
		expect(stepped(ended(exited, 400, timed)).state.tag).toBe('waiting');
		expect(stepped(ended({ ...exited, unserved: true }, 400, timed)).state.tag).toBe('backoff');
		const later = stepped(ended({ ...exited, unserved: true, left: 1 }, 400, timed)).state;
		expect(later).toMatchObject({ tag: 'stopping', fault: { tag: 'unserved', end: good } });
		expect(
			stepped(
				ended({ ...exited, unserved: true }, 400, { ...timed, spec: { ...timed.spec, restart: 'never' } }),
			).state,
		).toEqual({ tag: 'failed', why: { tag: 'unserved', end: good } });
	});

	it('do what was asked for when all of it is gone', () => {
		expect(stepped(gone(stopping('stop'), 900, 0.5, context)).state).toEqual({ tag: 'stopped' });
		const started = stepped(gone(stopping('start'), 900, 0.5, context));
		expect([started.state.tag, started.history]).toEqual(['starting', fresh]);
	});

	it('leave it to the policy when nothing was asked for, with the time it ran', () => {
		const short = stepped(gone(stopping('settle'), 900, 0.5, context));
		expect(short.state).toMatchObject({ tag: 'backoff' });
		const long = stepped(gone(stopping('settle'), 500 + plain.backoff.reset + 1, 0.5, context));
		expect(long.state.tag).toBe('starting');
		const never = stepped(gone(stopping('settle', 0), 1e9, 0.5, context));
		expect(never.state.tag).toBe('backoff');
	});

	it('arm the timer for as long as the back-off is, and tell it first', () => {
		const failure = { tag: 'ended', end: exit } as const;
		const { state, effects } = stepped(
			settle({ failure, ran: 0, at: 1000, chance: 0.5 }, { history: fresh, spec: plain }),
		);
		expect(state).toEqual({ tag: 'backoff', until: 1000 + plain.backoff.from });
		expect(effects).toEqual([tell('backoff'), arm(plain.backoff.from)]);
	});

	it('try again much later where the limit was reached and the policy says so, else never', () => {
		const failure = { tag: 'ended', end: exit } as const;
		const ends = Array.from({ length: plain.limit.failures - 1 }, () => 999);
		const at = { failure, ran: 0, at: 1000, chance: 0.5 };
		const full = stepped(settle(at, { history: { ...fresh, ends }, spec: plain }));
		expect(full.state).toMatchObject({
			tag: 'failed',
			why: { tag: 'limit', failures: plain.limit.failures },
		});
		expect(full.effects).toEqual([arm(plain.limit.retry), tell('failed')]);
		const never = stepped(settle(at, { history: fresh, spec: { ...plain, restart: 'never' } }));
		expect(never.state).toEqual({ tag: 'failed', why: failure });
		expect(never.effects).toEqual([{ tag: 'disarm' }, tell('failed')]);
	});

	it('disarm the timer of one that ended well', () => {
		const failure = { tag: 'ended', end: { tag: 'exit', code: 0 } } as const;
		const { state, effects } = stepped(
			settle({ failure, ran: 0, at: 1, chance: 0 }, context, tell('exited')),
		);
		expect([state, effects]).toEqual([{ tag: 'exited' }, [{ tag: 'disarm' }, tell('exited')]]);
	});

	it('ignore, refuse, or call impossible', () => {
		const state: State = { tag: 'running', since: 1 };
		expect(stepped(ignore(state, { tag: 'start' }, context))).toEqual({ state, history, effects: [] });
		expect(deny('not-paused')()).toEqual({ denied: 'not-paused' });
		expect(() => impossible(state, { tag: 'spawned', at: 1 })).toThrow(
			'a process that is running cannot see spawned',
		);
	});

	it('name the step that a start broke at', () => {
		expect(brokenStart({ tag: 'broken', step: 'exec', text: 'no such file', at: 1, chance: 0 })).toEqual({
			tag: 'not-started',
			step: 'exec',
			text: 'no such file',
		});
	});
});
