import type { Waiting } from './backlog.ts';
import type { Resident } from './resident.ts';

/** Calls in a message: enough to make the way there and back cheap, and few enough to be done anew. */
export const callsPerMessage = 128;
/** Messages that are not answered, so that the thread finds the next when it has done one. */
export const messagesAhead = 2;

/** A call that was taken from the backlog of its file. */
export type Taken = { readonly resident: Resident; readonly waiting: Waiting };

/**
 * The next calls for a thread, `most` at most, in the order of asking. Where more wait, each file gets as much as any
 * other, so that one with much to do holds up nobody; `turns` remembers whose turn it is.
 */
export function fairBatch(residents: readonly Resident[], most: number, turns: { last: number }): Taken[] {
	const taken: Taken[] = [];
	let left = residents.filter(({ backlog }) => backlog.waiting > 0);
	while (left.length > 0 && taken.length < most) {
		const share = Math.max(1, Math.floor((most - taken.length) / left.length));
		const first = turns.last++ % left.length;
		for (const resident of [...left.slice(first), ...left.slice(0, first)]) {
			for (let i = 0; i < share && taken.length < most; i++) {
				const waiting = resident.backlog.take();
				if (waiting === undefined) {
					break;
				}
				taken.push({ resident, waiting });
			}
		}
		left = left.filter(({ backlog }) => backlog.waiting > 0);
	}
	return residents.length === 1 ? taken : taken.sort((one, other) => one.waiting.order - other.waiting.order);
}
