import type { Input } from '../../process/state.ts';
import { transition } from '../../process/transition.ts';
import type { Entry } from '../entry.ts';

type Observed = Extract<Input, { tag: 'timeout' | 'exited' | 'swept' | 'broken' }>;

/** Whether this input, when nothing held it, would start the process again by its own policy. */
export function isAutomatic(entry: Entry, input: Input): input is Observed {
	const { state } = entry.life;
	const isObserved =
		input.tag === 'timeout' || input.tag === 'exited' || input.tag === 'swept' || input.tag === 'broken';
	const isOtherwise = state.tag === 'stopping' && state.afterwards !== 'settle';
	if (!isObserved || isOtherwise) {
		return false;
	}
	const step = transition(entry.life, input, entry.spec);
	return !('denied' in step) && step.effects.some((it) => it.tag === 'spawn');
}

const neverStarts: ReadonlySet<Input['tag']> = new Set([
	'stop', 'pause', 'resume', 'spawned', 'ready', 'withdrawn', 'extend', 'degraded',
]); // biome-ignore format: a list of words

/** Whether a start may follow from this input at all, or waiting instead of one. */
export function mayStart({ life: { state } }: Entry, input: Input): boolean {
	const isToStop = state.tag === 'stopping' && state.afterwards === 'stop';
	return !neverStarts.has(input.tag) && !(isToStop && input.tag !== 'start' && input.tag !== 'restart');
}
