import { refuse } from '../base/refusal.ts';
import { reasonOf } from './describe.ts';
import type { Downs } from './downs.ts';
import type { Entry } from './entry.ts';
import type { Need } from './facts.ts';
import { type Down, isDoneOneshot } from './graph/standing.ts';
import type { Groups } from './groups.ts';
import { type Block, blockText, type Holds } from './holds.ts';
import { startVerdict, stopVerdict } from './verdicts.ts';
import { reaches, type Verdict } from './waits.ts';

/** For `Start` and `Restart`, where what the entry needs counts as well; `down` is what is to become of it. */
export function startJudged(
	entry: Entry,
	down: Down | undefined,
	holds: Pick<Holds, 'isStalled' | 'culprit' | 'isForTime'>,
): Verdict {
	if (down !== undefined) {
		return down.how === 'stop'
			? refuse(`"${entry.name}" is to be stopped: a later request overtook this one`)
			: undefined;
	}
	if (entry.life.state.tag !== 'waiting') {
		return startVerdict(entry);
	}
	if (holds.isStalled(entry)) {
		const culprit = holds.culprit(entry);
		return culprit && refuse(`"${entry.name}" waits for ${blockText(culprit)}`);
	}
	return holds.isForTime(entry) ? 'done' : undefined;
}

/** For `Stop`: one that is still to be stopped is not running because of a later request. */
export function stopJudged(entry: Entry, down: Down | undefined): Verdict {
	switch (down?.how) {
		case 'stop':
			return undefined;
		case 'restart':
			return refuse(`"${entry.name}" is to be restarted: a later request overtook this Stop`);
		default:
			return stopVerdict(entry);
	}
}

/** One that keeps another, as `Why` tells it. */
function needOf({ name, entry }: { name: string; entry: Entry | undefined }): Need {
	if (entry === undefined) {
		return { name, state: 'absent', reason: '' };
	}
	const need = { name, state: entry.life.state.tag, reason: reasonOf(entry) };
	return entry.kind === 'foreign' ? { ...need, unable: 'foreign' } : need;
}

/** What has to be gone before an entry is brought down, else what its start waits for, or would wait for. */
export function needsOf(
	entry: Entry,
	downs: Pick<Downs, 'of'> & { before(entry: Entry): Iterable<Entry> },
	holds: { blocks(entry: Entry): Iterable<Block> },
): readonly Need[] {
	const going = downs.of(entry) === undefined ? [] : [...downs.before(entry)];
	if (going.length > 0) {
		return going.map((other) => needOf({ name: other.name, entry: other }));
	}
	const isUp = entry.life.state.tag === 'running' || entry.life.state.tag === 'starting';
	return isUp ? [] : [...holds.blocks(entry)].map(needOf);
}

/** For `Wait`: how an entry is judged, maybe as one of the members of a group of which that was asked. */
export function waitJudged(
	groups: Pick<Groups, 'has' | 'failure'>,
	name: string,
	state: string,
): (entry: Entry) => Verdict {
	if (!groups.has(name)) {
		return reaches(state);
	}
	return (entry) => {
		const failure = groups.failure(name);
		if (state === 'failed') {
			return failure === undefined ? undefined : 'done';
		}
		if (failure !== undefined && state !== 'stopped') {
			return refuse(`${failure}; Start,${name} starts it again`);
		}
		return state === 'running' && isDoneOneshot(entry) ? 'done' : reaches(state)(entry);
	};
}
