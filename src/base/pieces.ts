import { steady } from './steady.ts';

/** How long one piece may take before others have their turn, milliseconds. */
const most = 0.5;

/** Does something for each, in pieces of half a millisecond: others have their turn in between. */
export async function inPieces<T>(items: Iterable<T>, act: (item: T) => void): Promise<void> {
	const turn = turns();
	for (const item of items) {
		await turn();
		act(item);
	}
}

export type Turn = () => Promise<void> | undefined;

/** For work of several loops: to be awaited before each step of it, so that it is done in pieces as a whole. */
export function turns(): Turn {
	let end = steady() + most;
	const next = (): void => {
		end = steady() + most;
	};
	return () => {
		return steady() < end ? undefined : new Promise<void>((resolve) => setImmediate(resolve)).then(next);
	};
}
