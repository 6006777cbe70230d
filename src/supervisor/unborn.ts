import type { Entry } from './entry.ts';

/** It is there, written down maybe, and its first start has not begun. */
export function isUnborn({ life, newest }: Entry): boolean {
	return life.state.tag === 'stopped' && newest < 0;
}
