import type { Batch } from '../events/batch.ts';
import type { KeepingBook } from './book/keeping-book.ts';
import type { Entry } from './entry.ts';
import type { Interpreter } from './interpret.ts';
import type { Orders } from './orders.ts';
import { swapProcesses } from './overlap-of.ts';
import type { Readiness } from './ready/readiness.ts';
import type { Doors } from './sockets/doors.ts';
import type { Sockets } from './sockets/sockets.ts';
import type { Starts } from './starts.ts';

/** Those who know something of a process rather than of a service. */
export type Swapping = {
	readonly interpreter: Interpreter;
	readonly starts: Starts;
	readonly known: Readiness;
	readonly doors: Doors;
	readonly sockets: Sockets;
	readonly orders: Orders;
	readonly book: Pick<KeepingBook, 'swapped'>;
	readonly batch: Batch;
};

/** Two entries exchange their processes and all that is of a process, in one line of the book that tells it; then others hear of it. */
export function swap(parts: Swapping, main: Entry, beside: Entry): void {
	const { interpreter, starts, known, doors, sockets, orders, book, batch } = parts;
	interpreter.swapped(main, beside);
	swapProcesses(main, beside);
	starts.swapped(main, beside);
	known.mains.swapped(main, beside);
	known.ready.swapped(main, beside);
	known.health.swapped(main, beside);
	doors.swapped(main, beside);
	sockets.swapped(main, beside);
	orders.replaced(main);
	const old = beside.process;
	interpreter.tell(main, 'process.replaced', old && [`old=${old.pid}`, `old_start=${old.start}`]);
	book.swapped(main, beside);
	batch.flush();
	interpreter.together(() => {
		interpreter.changedOf(main);
		interpreter.changedOf(beside);
	});
}
