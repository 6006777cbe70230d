import { firstStart, fresh } from '../../src/process/moves.ts';
import type { Effect, Input, Spec, State, Step } from '../../src/process/state.ts';
import { inputs, transition } from '../../src/process/transition.ts';

/** The specification of a daemon with nothing said of it. */
export const plain: Spec = {
	kind: 'daemon',
	ready: 'exec',
	startTimeout: 30_000,
	timed: false,
	restart: 'on-failure',
	success: { codes: [0], signals: [] },
	stopTimeout: 10_000,
	backoff: { from: 200, factor: 2, to: 60_000, reset: 10_000, jitter: 0.1 },
	limit: { failures: 5, within: 10_000, retry: 300_000 },
};

const end = { tag: 'exit', code: 1 } as const;

/** One state of each kind, in the order of the table. */
const states: readonly (readonly [string, State])[] = [
	['waiting', { tag: 'waiting', why: '' }],
	['starting', { tag: 'starting', first: false, spawned: false, since: 0 }],
	['running', { tag: 'running', since: 1000 }],
	[
		'stopping',
		{
			tag: 'stopping',
			main: true,
			afterwards: 'stop',
			forced: false,
			end: undefined,
			fault: undefined,
			since: 1000,
		},
	],
	['stopped', { tag: 'stopped' }],
	['exited', { tag: 'exited' }],
	['backoff', { tag: 'backoff', until: 2000 }],
	['failed', { tag: 'failed', why: { tag: 'ended', end } }],
	['paused', { tag: 'paused', since: 1000, frozen: 1000 }],
];

const given: { readonly [I in Input as I['tag']]: I } = {
	start: { tag: 'start' },
	stop: { tag: 'stop', grace: 10_000 },
	restart: { tag: 'restart' },
	pause: { tag: 'pause', at: 2000 },
	resume: { tag: 'resume' },
	hold: { tag: 'hold' },
	release: { tag: 'release' },
	fire: { tag: 'fire' },
	spawned: { tag: 'spawned', at: 2000 },
	ready: { tag: 'ready', at: 2000 },
	withdrawn: { tag: 'withdrawn', at: 2000 },
	extend: { tag: 'extend', ms: 5000 },
	degraded: { tag: 'degraded', why: 'no WATCHDOG=1', at: 2000 },
	broken: { tag: 'broken', step: 'exec', text: 'no such file or directory', at: 2000, chance: 0.5 },
	exited: { tag: 'exited', end, left: 0, at: 2000, chance: 0.5 },
	swept: { tag: 'swept', at: 2000, chance: 0.5 },
	timeout: { tag: 'timeout', at: 2000 },
};

/** Every `state + input → next state: effects`, one a line; what cannot happen is left out. */
export function picture(): string {
	const lines = [`(new) → ${said(firstStart(plain))}`];
	for (const [name, state] of states) {
		for (const input of inputs) {
			const step = tried(state, given[input]);
			if (step !== undefined) {
				lines.push(`${name} + ${input} → ${said(step)}`);
			}
		}
	}
	return lines.join('\n');
}

function tried(state: State, input: Input): Step | undefined {
	try {
		return transition({ state, history: fresh }, input, plain);
	} catch {
		return undefined;
	}
}

function said(step: Step): string {
	if ('denied' in step) {
		return `refused: ${step.denied}`;
	}
	const { state } = step.life;
	const then = state.tag === 'stopping' ? ` (then ${state.afterwards}${state.main ? '' : ', tree'})` : '';
	const effects = step.effects.map(shown).join(', ');
	return `${state.tag}${then}${effects === '' ? '' : `: ${effects}`}`;
}

function shown(effect: Effect): string {
	switch (effect.tag) {
		case 'emit':
			return `«${effect.type}»`;
		case 'arm':
			return `arm ${effect.ms}`;
		case 'signal':
		case 'sweep':
			return `${effect.tag} ${effect.signal}`;
		default:
			return effect.tag;
	}
}
