import type { Event } from '../events/event.ts';

/** Bytes of the fields of an event that counts as one. */
const ordinary = 1024;

/** As how many an event counts where it waits: a rule may emit as much as 250 ordinary ones in one. */
export function weightOf({ fields }: Event): number {
	let bytes = 0;
	for (const field of fields) {
		bytes += field.length;
	}
	return Math.max(1, Math.ceil(bytes / ordinary));
}
