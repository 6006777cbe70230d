import { parseTime } from '../base/clock.ts';
import { parseDuration } from '../base/duration.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import type { Journal } from './journal.ts';

/**
 * The number that a `since=` means: events after it are wanted. A number stands for itself and may not be beyond the
 * newest; with `allowTimes` it may be a time or a duration (that long ago) as well.
 */
export function parseSince(text: string, journal: Journal, allowTimes: boolean): number | Refusal {
	const given = shown(`since=${text}`);
	if (/^\d+$/.test(text)) {
		const seq = Number(text);
		const { newest } = journal;
		return seq <= newest ? seq : refuse(`${given} is beyond the newest event, ${newest}`);
	}
	if (!allowTimes) {
		return refuse(`${given} is not the number of an event`);
	}
	const duration = parseDuration(text, Number.MAX_SAFE_INTEGER);
	const time = duration === undefined ? parseTime(text) : Date.now() - duration;
	if (time === undefined) {
		return refuse(`${given} is neither the number of an event nor a duration (1h) nor a time`);
	}
	return journal.seqAt(time);
}
