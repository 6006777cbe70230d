import type { EventType, KnownType } from '../events/event.ts';
import type { FieldOf } from '../events/fields.ts';
import type { Want } from '../rules/want.ts';

export type { Want } from '../rules/want.ts';

/**
 * Where events come from that nobody gets unless somebody asks. It tells them through the port `tell` it was made with
 * and costs nothing while nobody wants its types.
 */
export type Source = {
	readonly types: readonly EventType[];
	/** All that is wanted of its types from now on; replaces what was wanted before. Empty: it stops and frees all. */
	want(wants: readonly Want[]): void;
	close(): void;
};

/** How a source tells: an event like any other (see Batch.add); `cause`: the number of the event because of which. */
export type Tell = <T extends KnownType>(
	type: T,
	name: string,
	fields: readonly FieldOf<T>[],
	cause?: number,
) => void;
