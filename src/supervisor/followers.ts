import type { Asides } from './asides.ts';
import type { AssemblePorts } from './assembled.ts';
import type { Entry } from './entry.ts';
import type { OrderParts } from './order-parts.ts';
import type { Output } from './output.ts';
import type { Readiness } from './ready/readiness.ts';
import type { SocketParts } from './sockets/socket-parts.ts';
import type { Supervisor } from './supervisor.ts';

type Following = Readiness &
	Omit<OrderParts, 'onClockMoved'> &
	SocketParts & {
		readonly asides: Asides;
		readonly output: Output;
		readonly supervisor: Supervisor;
		readonly of: Pick<AssemblePorts, 'book' | 'onChanged'>;
	};

export type Followers = {
	/** To be called when the life of an entry has changed. */
	readonly changed: (entry: Entry) => void;
	/** To be called when the service of an entry has changed in place. */
	readonly amended: (entry: Entry) => void;
};

/** Those who hear of what becomes of an entry, in the order in which they do: the book before anybody acts on it. */
export function followersOf(parts: Following): Followers {
	const { ready, health, timers, sockets, activation } = parts;
	return {
		changed(entry) {
			parts.of.book.changed(entry);
			parts.asides.changed(entry);
			ready.changed(entry);
			health.changed(entry);
			parts.supervisor.changed(entry);
			timers.changed(entry);
			sockets.changed(entry);
			parts.doors.changed(entry);
			parts.ports.changed(entry);
			activation.changed(entry);
			parts.exchanges.changed(entry);
			parts.further.changed(entry);
			parts.overlaps.changed(entry);
			parts.of.onChanged?.(entry);
		},
		amended(entry) {
			health.changed(entry);
			timers.changed(entry);
			sockets.changed(entry);
			activation.changed(entry);
			if (entry.service !== undefined) {
				parts.output.setLimits(entry.name, entry.service.log);
			}
		},
	};
}
