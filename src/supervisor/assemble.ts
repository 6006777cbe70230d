import { join } from 'node:path';
import { Asides } from './asides.ts';
import type { Assembled, AssemblePorts } from './assembled.ts';
import { Before } from './before.ts';
import { Begin } from './begin.ts';
import { Ends } from './ends.ts';
import type { Entry } from './entry.ts';
import { type FamilyPorts, families, members } from './families.ts';
import { followersOf } from './followers.ts';
import { Foreign } from './foreign.ts';
import { Interpreter } from './interpret.ts';
import { keptFor, regain, restoreKept } from './keepsakes-of.ts';
import { LogLines } from './loglines.ts';
import { Logs } from './logs.ts';
import { orderParts } from './order-parts.ts';
import { Outlived } from './outlived.ts';
import { Output } from './output.ts';
import { frontOf } from './overlap-of.ts';
import { readProcesses } from './processes.ts';
import { readiness } from './ready/readiness.ts';
import { Refresh } from './refresh.ts';
import { Runs } from './runs.ts';
import { Sight } from './sight.ts';
import { isOnConnect } from './sockets/activation.ts';
import { Broker } from './sockets/broker.ts';
import { socketParts } from './sockets/socket-parts.ts';
import { Starts } from './starts.ts';
import { Supervisor } from './supervisor.ts';
import { swap } from './swapping.ts';
import { Table } from './table.ts';
import { Tree } from './tree.ts';
import { Users } from './users.ts';
import { Waits } from './waits.ts';
import { noFacts } from './why.ts';

/** Puts the parts of the supervisor together; some need each other, so they ask for it when it is there. */
export function assemble(ports: AssemblePorts): Assembled {
	const { native, poller, ledger, channel, batch, book } = ports;
	const table = new Table((entry) => queueMicrotask(() => orders.changed(entry)));
	const waits = new Waits();
	const output: Output = new Output({
		native,
		ledger,
		channel,
		directory: ports.fifos,
		wake: ports.logWake,
		onFinished: (kind) => logs.finished(kind),
	});
	const logs: Logs = new Logs(ports.logDirectory, output);
	const lines = new LogLines(ports.logDirectory);
	const starts: Starts = new Starts({ native, poller, ledger, output, batch }, () => interpreter);
	const preparing = { users: new Users(native), cgroups: ports.cgroups, socket: ports.socket };
	const stdioOf = (entry: Entry) => ports.stdioOf?.(frontOf(entry));
	const held = socketParts(ports, {
		users: preparing.users,
		interpreter: () => interpreter,
		starts: () => starts,
		tree: () => tree,
		broker: () => broker,
		isClosing: () => supervisor.isClosing,
		trees: async () => members(families(await readProcesses(), table.all(), family())),
	});
	const { sockets, activation, exchanges, doors, binders } = held;
	const { library } = ports;
	const starting = {
		native,
		starts,
		ready: () => known.ready,
		sockets,
		doors,
		binders,
		ports: held.ports,
		library,
	};
	const begin = new Begin({ ...preparing, ...starting, stdioOf });
	const isMain = (pid: number): boolean => starts.isMain(pid) || pid === process.pid || pid === ledger.logger;
	const hasOutlived = (start: number) => ledger.isOfEarlier(start);
	const tree: Tree = new Tree(native, ledger.keeper, isMain, hasOutlived);
	const asides = new Asides({ native, poller, ledger, starts, tree, preparing });
	const before = new Before({ asides, begin, starts });
	const interpreter: Interpreter = new Interpreter({
		native,
		poller,
		ledger,
		batch,
		tree,
		spawn: (entry: Entry) => spawn(entry),
		abandon: (entry: Entry) => before.abandon(entry),
		// What is begun is held by nothing; what only asks why it waits (`hold`) is told so all the same, else it asks for ever.
		held: (entry, input) =>
			starts.begun.has(entry) && input.tag !== 'hold'
				? undefined
				: (orders.held(entry, input) ??
					timers.held(entry) ??
					activation.held(entry) ??
					overlaps.held(entry) ??
					exchanges.held(entry)),
		standing: (entry) => orders.view.standing(entry),
		hear: (entry) => hear(entry),
		changed: (entry: Entry) => followers.changed(entry),
	});
	// A daemon that had begun its next start had heard all that the one before said: what is there now is of that start.
	const hear = (entry: Entry) => {
		if (!starts.begun.has(entry)) {
			known.ready.drain(entry);
		}
	};
	const spawn = (entry: Entry) => ports.resumeStart(entry) || before.spawn(entry);
	const ends: Ends = new Ends({
		ledger,
		batch,
		starts,
		tree,
		interpreter,
		drain: hear,
		isUnserved: (entry) => isOnConnect(entry) && sockets.isUnserved(entry),
		mains: () => known.mains,
		runEnded: ports.runEnded ?? (() => {}),
		onFault: ports.onFault,
	});
	const known = readiness({
		native,
		poller,
		interpreter,
		starts,
		tree,
		ledger,
		ends: () => ends,
		kept: ports.kept,
		keptChanged: (entry) => ports.book.kept(entry),
		changed: (entry) => ports.book.changed(entry),
		written: () => batch.flush(),
		directory: join(ports.socket, '../notify'),
		run: (entry, args, options) => asides.run(entry, args, options),
		linesOf: (entry, since, line) =>
			lines.follow(frontOf(entry).name, since, (_stream, text) => line(text), ports.onFault),
	});
	const outlived = new Outlived({
		native,
		poller,
		ledger,
		kept: ports.kept,
		ended: (slot) => ends.settleOne(slot),
	});
	const broker = new Broker({ native, table, tree, sockets, ask: ports.askToBind });
	const foreign = new Foreign({
		native,
		poller,
		table,
		interpreter,
		kept: ports.kept,
		keptChanged: (entry) => ports.book.kept(entry),
		beside: () => ledger.beside,
		after: (then) => batch.after(then),
		forget: (entry) => supervisor.forget(entry),
	});
	const ordering = orderParts(ports, {
		table,
		waits,
		interpreter,
		activation,
		sockets,
		supervisor: () => supervisor,
		swap: (main, beside) =>
			swap({ interpreter, starts, known, doors, sockets, orders, book, batch }, main, beside),
	});
	const { orders, timers, further, overlaps } = ordering;
	const supervisor: Supervisor = new Supervisor({
		native,
		batch,
		table,
		runs: new Runs({ ledger, starts, ends, interpreter }),
		interpreter,
		waits,
		orders,
		foreign,
		logs,
		timers,
		refresh: new Refresh({
			native,
			asides,
			waits,
			lastLine: (name, since) => logs.lastLine(name, since),
		}),
		cgroups: ports.cgroups,
		book: ports.book,
		onFailed: ports.onFailed,
		onClosing: ports.onClosing,
	});
	const family = (): FamilyPorts => ({
		keeper: ledger.keeper,
		own: [process.pid, ...ledger.beside],
		markOf: (pid) => native.markOf(pid),
		hasOutlived,
	});
	const sight = new Sight({
		table,
		family,
		facts: (entry) => ({
			...noFacts(Date.now()),
			needs: orders.waitsFor(entry),
			firesIn: timers.left(entry),
			failedGroup: orders.groups.failedOf(entry),
		}),
		defaults: ports.defaults,
	});
	const { keptSockets } = held;
	const keepers = { foreign, known, sockets, keptSockets, doors, binders, users: preparing.users };
	const followers = followersOf({ ...held, ...ordering, ...known, asides, output, supervisor, of: ports });
	const beyond = (entry: Entry) => ({
		down: orders.downOf(entry),
		fires: timers.fires(entry),
		furtherOf: further.of(entry),
	});
	const core = { supervisor, sight, family, table, starts, asides, ends, interpreter, output, waits };
	return {
		...core,
		timers,
		further,
		overlaps,
		onClockMoved: ordering.onClockMoved,
		mains: known.mains,
		outlived,
		socketsShown: held.socketsShown,
		binders,
		broker,
		ports: held.ports,
		beyond,
		keptFor: (entry) => keptFor(keepers, entry),
		restoreKept: (entry, kept) => restoreKept(keepers, entry, kept),
		regain: (entry) => regain(keepers, entry),
		spawn,
		...followers,
	};
}
