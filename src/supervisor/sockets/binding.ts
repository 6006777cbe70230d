import type { Entry } from '../entry.ts';

/** A descriptor that the keeper holds too, under that number. */
export type Held = { readonly fd: number; readonly number: number };

/** What one start of a service has; while its child has not said who listens to its bind(2), only `cradle`. */
export type Binding = {
	readonly entry: Entry;
	/** Where the child sends the listener. */
	cradle: (Held & { readonly token: number }) | undefined;
	listener: Held | undefined;
	/** What archon-binder is at, struct mind of native/binder.h. */
	memory: Held | undefined;
	/** Our end of the pair to it. */
	line: { close(): void } | undefined;
};
