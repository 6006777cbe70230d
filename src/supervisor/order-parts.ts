import { steady } from '../base/steady.ts';
import type { AssemblePorts } from './assembled.ts';
import { onClockMoved } from './clock-moved.ts';
import type { Entry } from './entry.ts';
import { Further } from './further.ts';
import type { Interpreter } from './interpret.ts';
import { Orders } from './orders.ts';
import { Overlaps } from './overlaps.ts';
import type { Activation } from './sockets/activation.ts';
import type { Sockets } from './sockets/sockets.ts';
import type { Supervisor } from './supervisor.ts';
import type { Table } from './table.ts';
import { Timers } from './timers.ts';
import type { Waits } from './waits.ts';

export type OrderPartsPorts = {
	readonly table: Table;
	readonly waits: Waits;
	readonly interpreter: Interpreter;
	readonly activation: Activation;
	readonly sockets: Sockets;
	readonly supervisor: () => Supervisor;
	/** Two entries exchange their processes. */
	readonly swap: (main: Entry, beside: Entry) => void;
};

export type OrderParts = {
	readonly orders: Orders;
	readonly timers: Timers;
	readonly further: Further;
	readonly overlaps: Overlaps;
	/** Calls back whenever the wall clock was set. */
	readonly onClockMoved: (moved: () => void) => void;
};

/** Puts together what decides when something starts and ends: dependencies, time, restarts that overlap. */
export function orderParts(of: AssemblePorts, others: OrderPartsPorts): OrderParts {
	const { batch, book } = of;
	const { table, waits, interpreter, activation, sockets, supervisor } = others;
	const further = new Further({ table, interpreter, forget: (entry) => supervisor().remove(entry) });
	const overlaps = new Overlaps({
		table,
		apply: (entry, input) => interpreter.apply(entry, input),
		tell: (entry, type, fields) => interpreter.tell(entry, type, fields),
		announced: (beside) => book.changed(beside),
		written: () => batch.flush(),
		joined: (main, beside) => sockets.joined(main, beside),
		swap: others.swap,
		parted: (main, isNew) => {
			// An old one that stays has what its service said then.
			if (isNew) {
				sockets.parted(main);
			}
			book.changed(main);
		},
		judge: (entry) => waits.changed(entry),
		forget: (entry) => supervisor().forget(entry),
	});
	const clockMoved = (moved: () => void) => onClockMoved(of, moved);
	const timers = new Timers({
		now: () => ({ wall: Date.now(), steady: steady() }),
		onClockMoved: clockMoved,
		apply: (entry, input) => interpreter.apply(entry, input),
		further,
		rearmed: (entry) => book.changed(entry),
		tell: (entry, fields) => batch.add('timer', entry.name, fields),
	});
	const orders = new Orders({
		get: (name) => table.get(name),
		apply: (entry, input) => interpreter.apply(entry, input),
		together: (act) => interpreter.together(act),
		asked: (entry) => {
			timers.asked(entry);
			activation.asked(entry);
		},
		until: (entry, judge) => waits.until(entry, judge),
		judge: (entry) => waits.changed(entry),
		causes: batch.causes,
		tell: (type, group, fields) => batch.add(type, group, fields),
		ordered: (entry) => book.changed(entry),
		moreChanged: () => batch.touch(),
		overlap: overlaps,
		failed: of.onFailed,
	});
	return { orders, timers, further, overlaps, onClockMoved: clockMoved };
}
