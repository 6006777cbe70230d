import type { Address } from '../../service/address.ts';
import type { Entry } from '../entry.ts';
import type { Taker } from './last.ts';

/** A socket that is kept. `number`: as the keeper has it. */
export type Socket = {
	readonly address: Address;
	/** As `Sockets` shows it. */
	readonly text: string;
	readonly fd: number;
	readonly number: number;
	/** What its path led to when it was bound (`placeAt`). */
	readonly place: string;
	/** A rule allowed it, the service does not say it. */
	readonly isGranted: boolean;
	/** The process of each entry that got it last. */
	readonly given: Map<Entry, Taker>;
	/** Who was seen to have accepted last. */
	accepted: Taker | undefined;
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

/** The name under which the sockets of an entry are kept: all instances of a service share them. */
export function shelfOf({ service, name }: Entry): string {
	return service?.name ?? name;
}
