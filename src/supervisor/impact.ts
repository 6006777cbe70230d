import type { Entry } from './entry.ts';
import { lowered, raised, returning, type View } from './graph/plan.ts';
import { isStartable, runsAgain } from './graph/standing.ts';
import { mayOverlap } from './overlap-of.ts';
import type { Report } from './report.ts';

/** What can be asked about. */
export type Verb = 'Start' | 'Stop' | 'Restart';

/** What a request would do now: `stop`, `start` or `keep`, to whom and why, in the order it would happen. */
export function impact(view: View, verb: Verb, asked: readonly Entry[]): Report[] {
	const going =
		verb === 'Start'
			? []
			: asked.filter((entry) => verb === 'Stop' || (isRestarted(entry) && !mayOverlap(entry)));
	const down = lowered(view, going).filter(({ entry }) => goes(entry));
	const isDown = new Set(down.map(({ entry }) => entry));
	const overlapping = asked.filter((entry) => verb === 'Restart' && mayOverlap(entry) && !isDown.has(entry));
	const up =
		verb === 'Stop'
			? []
			: raised(view, asked).filter(({ entry }) => comes(entry, isDown) || runsAgain(entry, asked));
	const isUp = new Set(up.map(({ entry }) => entry));
	const back = verb === 'Stop' ? [] : returning(view, isUp);
	const again = down.filter(({ entry }) => verb === 'Restart' && !isUp.has(entry)).toReversed();
	const isTouched = new Set([...[...down, ...up].map(({ entry }) => entry), ...overlapping]);
	return [
		...asked.filter((entry) => !isTouched.has(entry)).map((entry) => ['keep', entry.name, keepText(entry)]),
		...down.map(({ entry, why }) => ['stop', entry.name, why]),
		...[...up, ...again, ...back.filter(({ entry }) => !isUp.has(entry) && !isDown.has(entry))]
			.toSorted((a, b) => view.graph.rank(a.entry.name) - view.graph.rank(b.entry.name))
			.map(({ entry, why }) => ['start', entry.name, why]),
		...overlapping.flatMap(({ name }) => [
			['start', name, 'asked: beside the one that runs'],
			['stop', name, 'when the new one is ready'],
		]),
	];
}

/** What runs, and is started again. */
function isRestarted(entry: Entry): boolean {
	return entry.kind === 'daemon' && !isStartable(entry);
}

function goes({ kind, life: { state } }: Entry): boolean {
	const isOver = state.tag === 'exited' || state.tag === 'failed';
	return state.tag !== 'stopped' && state.tag !== 'stopping' && !(kind === 'foreign' && isOver);
}

function comes(entry: Entry, isDown: ReadonlySet<Entry>): boolean {
	return entry.kind === 'daemon' && (isStartable(entry) || isDown.has(entry));
}

function keepText(entry: Entry): string {
	return entry.kind === 'foreign' && entry.life.state.tag !== 'running'
		? 'archon did not start it'
		: `is ${entry.life.state.tag}`;
}
