import type { Address } from '../../service/address.ts';
import type { Entry } from '../entry.ts';

/** A socket that is kept. `number`: as the keeper has it. */
export type Socket = {
	readonly address: Address;
	/** As `Sockets` shows it. */
	readonly text: string;
	readonly fd: number;
	readonly number: number;
	/** A rule allowed it, the service does not say it. */
	readonly isGranted: boolean;
	/** The pid of the process that got it last, 0 for none. */
	last: number;
};

/** What is kept for a service, and of which of its entries somebody may want it. */
export type Shelf = {
	readonly sockets: Map<string, Socket>;
	readonly holders: Set<Entry>;
	/** How many waited in them when a process was last started; undefined where no start of it was seen. */
	waited: number | undefined;
	/** Who waits for a connection. */
	watched:
		| { readonly entry: Entry; readonly tokens: readonly (readonly [fd: number, token: number])[] }
		| undefined;
};
