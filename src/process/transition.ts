/**
 * The life of a process, as a table: one row per state, one cell per input, none empty.
 *
 * A process has a *state* (what it is) and a *history* (what its restart policy remembers). An input is something
 * asked for (`start`, `stop`, …) or something observed (`spawned`, `exited`, …); the time and every random number come
 * with it, so that any history replays. A cell answers with the next life and the list of effects that
 * supervisor/interpret.ts carries out; nothing else ever assigns a state.
 *
 * Four things are not obvious:
 * - An end is settled only when the *tree* is gone. `exited` says how many processes the main one left behind; if there
 *   are any the state is `stopping` with `main: false` until `swept` comes, and only then does the policy decide.
 * - `stopping` remembers what comes afterwards: `stop` and `start` were asked for (the later request wins), `return`
 *   brings it back when what it needs is back, `settle` leaves it to the policy.
 * - Every start goes through `spawn` (moves.ts), which makes it `waiting` while it is held; `release` asks again.
 * - A `Stop` may meet a process whose exec has not happened yet. It is signalled all the same: its descriptor exists
 *   since the clone; so `spawned` and `broken` may still come while it is `stopping`.
 */

import {
	again,
	arm,
	brokenStart,
	type Context,
	deny,
	ended,
	fresh,
	go,
	gone,
	hasten,
	heldBack,
	ignore,
	impossible,
	kill,
	killWait,
	late,
	ofDaemon,
	settle,
	spawn,
	startAfresh,
	stopped,
	tell,
	thawed,
	thawing,
	unwell,
	waitInstead,
	wind,
	withdraw,
} from './moves.ts';
import type { Input, Life, Spec, State, Step } from './state.ts';

/** The next life and what is to be done for it, or why that cannot be. `held` is why a start has to wait now, if it has. */
export function transition(life: Life, input: Input, spec: Spec, held?: string): Step {
	const row = table[life.state.tag] as Record<Input['tag'], Cell<State, Input>>;
	return row[input.tag](life.state, input, { history: life.history, spec, held });
}

/** Every input, in the order of the table's columns. */
export const inputs = [
	'start', 'stop', 'restart', 'pause', 'resume', 'hold', 'release', 'fire',
	'spawned', 'ready', 'withdrawn', 'extend', 'degraded', 'broken', 'exited', 'swept', 'timeout',
] as const satisfies readonly Input['tag'][]; // biome-ignore format: the columns of the table

type Cell<S, I> = (state: S, input: I, context: Context) => Step;
type Table = { [S in State as S['tag']]: { [I in Input as I['tag']]: Cell<S, I> } };

// biome-ignore format: a table is read by its columns
const table: Table = {
	waiting: {
		start:     startAfresh,
		stop:      (_s, _i, c) => stopped(c, { tag: 'disarm' }),
		restart:   startAfresh,
		pause:     deny('no-process'),
		resume:    deny('not-paused'),
		hold:      (_s, _i, c) => go(c, { tag: 'waiting', why: c.held ?? '' }),
		release:   (_s, _i, c) => spawn(c.history, c),
		fire:      (_s, _i, c) => spawn(fresh, c),
		spawned:   impossible,
		ready:     impossible,
		withdrawn: ignore,
		extend:    ignore,
		degraded:  ignore,
		broken:    impossible,
		exited:    impossible,
		swept:     ignore,
		timeout:   ignore,
	},
	starting: {
		start:     ofDaemon(ignore),
		stop:      (s, i, c) => wind('stop', i.grace, s.since, c),
		restart:   ofDaemon((s, _i, c) => wind('start', c.spec.stopTimeout, s.since, c)),
		pause:     deny('starting'),
		resume:    deny('not-paused'),
		hold:      heldBack((s, _i, c) => wind('return', c.spec.stopTimeout, s.since, c)),
		release:   ignore,
		fire:      ignore,
		spawned:   (s, i, c) => c.spec.ready === 'exec'
			? go(c, { tag: 'running', since: i.at }, { tag: 'disarm' }, tell('started'), tell('ready'))
			: go(c, { ...s, spawned: true, since: c.spec.ready === 'end' ? i.at : 0 }, tell('started')),
		ready:     (s, i, c) => go(c, { tag: 'running', since: s.since || i.at }, { tag: 'disarm' }, tell('ready')),
		withdrawn: ignore,
		extend:    (s, i, c) => go(c, s, arm(i.ms)),
		degraded:  (s, i, c) => s.spawned ? wind('settle', c.spec.stopTimeout, s.since, c, unwell(i)) : ignore(s, i, c),
		broken:    (s, i, c) => s.first
			? go(c, { tag: 'failed', why: brokenStart(i) }, { tag: 'disarm' }, tell('failed'))
			: settle({ failure: brokenStart(i), ran: 0, at: i.at, chance: i.chance }, c),
		exited:    (s, i, c) => ended(i, s.since === 0 ? 0 : i.at - s.since, c),
		swept:     ignore,
		timeout:   (_s, _i, c) => wind('settle', c.spec.stopTimeout, 0, c, late(c)),
	},
	running: {
		start:     ofDaemon(ignore),
		stop:      (s, i, c) => wind('stop', i.grace, s.since, c),
		restart:   ofDaemon((s, _i, c) => wind('start', c.spec.stopTimeout, s.since, c)),
		pause:     (s, i, c) => go(c, { tag: 'paused', since: s.since, frozen: i.at }, { tag: 'signal', signal: 'freeze' }, tell('paused')),
		resume:    deny('not-paused'),
		hold:      heldBack((s, _i, c) => wind('return', c.spec.stopTimeout, s.since, c)),
		release:   ignore,
		fire:      ignore,
		spawned:   impossible,
		ready:     ignore,
		withdrawn: (s, _i, c) => withdraw(s.since, c),
		extend:    ignore,
		degraded:  (s, i, c) => wind('settle', c.spec.stopTimeout, s.since, c, unwell(i)),
		broken:    impossible,
		exited:    (s, i, c) => ended(i, i.at - s.since, c),
		swept:     ignore,
		timeout:   ignore,
	},
	stopping: {
		start:     ofDaemon((s, _i, c) => go(c, { ...s, afterwards: 'start' })),
		stop:      (s, i, c) => s.forced
			? go(c, { ...s, afterwards: 'stop' })
			: go(c, { ...s, afterwards: 'stop', forced: i.grace === 0 }, ...hasten(s.main, i.grace)),
		restart:   ofDaemon((s, _i, c) => go(c, { ...s, afterwards: 'start' })),
		pause:     deny('no-process'),
		resume:    deny('not-paused'),
		hold:      ignore,
		release:   ignore,
		fire:      ignore,
		spawned:   (s, _i, c) => go(c, s, tell('started')),
		ready:     ignore,
		withdrawn: ignore,
		extend:    (s, i, c) => s.forced ? ignore(s, i, c) : go(c, s, arm(i.ms)),
		degraded:  ignore,
		broken:    (s, i, c) => gone({ ...s, end: { tag: 'unknown' } }, i.at, i.chance, c),
		exited:    (s, i, c) => i.left === 0
			? gone({ ...s, end: i.end }, i.at, i.chance, c, tell('exited', i.end))
			: go(c, { ...s, main: false, end: i.end }, tell('exited', i.end), { tag: 'sweep', signal: s.forced ? 'kill' : 'term' }),
		swept:     (s, i, c) => s.main ? go(c, s) : gone(s, i.at, i.chance, c),
		timeout:   (s, _i, c) => s.forced
			? go(c, s, { tag: 'stuck' })
			: go(c, { ...s, forced: true }, arm(killWait), ...kill(s.main)),
	},
	stopped: {
		start:     startAfresh,
		stop:      ignore,
		restart:   startAfresh,
		pause:     deny('no-process'),
		resume:    deny('not-paused'),
		hold:      ignore,
		release:   ignore,
		fire:      ignore,
		spawned:   impossible,
		ready:     impossible,
		withdrawn: ignore,
		extend:    ignore,
		degraded:  ignore,
		broken:    impossible,
		exited:    impossible,
		swept:     ignore,
		timeout:   ignore,
	},
	exited: {
		start:     startAfresh,
		stop:      (_s, _i, c) => c.spec.kind === 'foreign' ? ignore(_s, _i, c) : stopped(c),
		restart:   startAfresh,
		pause:     deny('no-process'),
		resume:    deny('not-paused'),
		hold:      ignore,
		release:   ignore,
		fire:      startAfresh,
		spawned:   impossible,
		ready:     impossible,
		withdrawn: ignore,
		extend:    ignore,
		degraded:  ignore,
		broken:    impossible,
		exited:    impossible,
		swept:     ignore,
		timeout:   ignore,
	},
	backoff: {
		start:     startAfresh,
		stop:      (_s, _i, c) => stopped(c, { tag: 'disarm' }),
		restart:   startAfresh,
		pause:     deny('no-process'),
		resume:    deny('not-paused'),
		hold:      (s, i, c) => c.held === undefined ? ignore(s, i, c) : waitInstead(c),
		release:   ignore,
		fire:      startAfresh,
		spawned:   impossible,
		ready:     impossible,
		withdrawn: ignore,
		extend:    ignore,
		degraded:  ignore,
		broken:    impossible,
		exited:    impossible,
		swept:     ignore,
		timeout:   (_s, _i, c) => spawn(again(c.history), c),
	},
	failed: {
		start:     startAfresh,
		stop:      (_s, _i, c) => stopped(c, { tag: 'disarm' }),
		restart:   startAfresh,
		pause:     deny('no-process'),
		resume:    deny('not-paused'),
		hold:      ignore,
		release:   ignore,
		fire:      startAfresh,
		spawned:   impossible,
		ready:     impossible,
		withdrawn: ignore,
		extend:    ignore,
		degraded:  ignore,
		broken:    impossible,
		exited:    impossible,
		swept:     ignore,
		timeout:   (_s, _i, c) => spawn(again(c.history), c),
	},
	paused: {
		start:     ofDaemon((s, _i, c) => go(c, { tag: 'running', since: s.since }, { tag: 'signal', signal: 'thaw' }, tell('resumed'))),
		stop:      (s, i, c) => thawing(wind('stop', i.grace, s.since, c)),
		restart:   ofDaemon((s, _i, c) => thawing(wind('start', c.spec.stopTimeout, s.since, c))),
		pause:     ignore,
		resume:    (s, _i, c) => go(c, { tag: 'running', since: s.since }, { tag: 'signal', signal: 'thaw' }, tell('resumed')),
		hold:      heldBack((s, _i, c) => thawing(wind('return', c.spec.stopTimeout, s.since, c))),
		release:   ignore,
		fire:      ignore,
		spawned:   impossible,
		ready:     ignore,
		withdrawn: ignore,
		extend:    ignore,
		degraded:  ignore,
		broken:    impossible,
		exited:    (s, i, c) => thawed(ended(i, i.at - s.since, c)),
		swept:     ignore,
		timeout:   ignore,
	},
};
