import { formatDuration, roughDuration } from '../base/duration.ts';
import { signalName } from '../base/signal.ts';
import type { FieldOf } from '../events/fields.ts';
import type { End, Failure } from '../process/state.ts';
import type { Entry } from './entry.ts';

/** A wait status (wait(2)) as an end. */
export function endOf(status: number): End {
	const signal = status & 0x7f;
	return signal === 0
		? { tag: 'exit', code: (status >> 8) & 0xff }
		: { tag: 'signal', signal: signalName(signal) };
}

/** As events carry it: `exit=3`, `signal=TERM`, `status=unknown`. */
export function endField(end: End): FieldOf<'process.exited'> {
	switch (end.tag) {
		case 'exit':
			return `exit=${end.code}`;
		case 'signal':
			return `signal=${end.signal}`;
		case 'unknown':
			return 'status=unknown';
	}
}

/** As the column `last` shows it: `exit:3`, `signal:TERM`, `unknown`, `-`. */
export function lastCell(end: End | undefined): string {
	switch (end?.tag) {
		case undefined:
			return '-';
		case 'exit':
			return `exit:${end.code}`;
		case 'signal':
			return `signal:${end.signal}`;
		case 'unknown':
			return 'unknown';
	}
}

/** Why an entry is in its state, in a few words; empty where the state says it all. */
export function reasonOf(entry: Entry): string {
	const { state } = entry.life;
	switch (state.tag) {
		case 'failed':
			return state.why.tag === 'limit' && entry.remark !== ''
				? `${entry.remark}; ${failureText(state.why)}`
				: entry.remark || failureText(state.why);
		case 'backoff': {
			const why = entry.remark || `ended with ${lastCell(entry.last)}`;
			return `${why}; starts again in ${roughDuration(Math.max(0, state.until - Date.now()))}`;
		}
		case 'waiting':
			return state.why;
		default:
			return [overlapText(entry), aboutIt(entry)].filter(Boolean).join('; ');
	}
}

function aboutIt(entry: Entry): string {
	return entry.ordered || entry.remark || entry.degraded || entry.said || withdrawnText(entry);
}

/** What of a restart that overlaps it is. */
function overlapText({ overlap, name }: Entry): string {
	if (overlap === undefined) {
		return '';
	}
	const { of, beside, phase } = overlap;
	if (name === of.name) {
		return phase === 'retiring'
			? `restarted: ${beside.name} is the process before`
			: `restarts: ends when ${beside.name} is ready`;
	}
	return phase === 'retiring' ? `replaced as ${of.name}` : `to replace ${of.name} when it is ready`;
}

/** Behind what says nothing of how it ended: ` (its last end: exit:3)`. */
export function lastEnd({ last }: Pick<Entry, 'last'>): string {
	return last === undefined ? '' : ` (its last end: ${lastCell(last)})`;
}

/** Why one failed, and how it ended the last time where that says nothing of it. */
export function whyFailed(entry: Entry): string {
	const { state } = entry.life;
	const isBare = state.tag === 'failed' && state.why.tag === 'limit' && entry.remark === '';
	return `${reasonOf(entry)}${isBare ? lastEnd(entry) : ''}`;
}

/** It runs, but has taken back that it is ready. */
function withdrawnText({ life: { state } }: Entry): string {
	return state.tag === 'starting' && state.since !== 0 ? 'reloading' : '';
}

export function failureText(why: Failure): string {
	switch (why.tag) {
		case 'ended':
			return `ended with ${lastCell(why.end)}`;
		case 'not-started':
			return `${why.step}: ${why.text}`;
		case 'not-ready':
			return `not ready after ${formatDuration(why.after)}`;
		case 'degraded':
			return why.why;
		case 'unserved':
			return `ended with ${lastCell(why.end)} and accepted nobody of those who wait`;
		case 'limit':
			return `ended ${why.failures === 1 ? 'once' : `${why.failures} times`} within ${formatDuration(why.within)}`;
	}
}
