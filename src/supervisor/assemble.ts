import { join } from 'node:path';
import type { Refusal } from '../base/refusal.ts';
import type { Draft } from '../config/draft.ts';
import type { Batch } from '../events/batch.ts';
import type { Channel } from '../keeper/channel.ts';
import type { Kept } from '../keeper/kept.ts';
import type { Ledger } from '../keeper/ledger.ts';
import type { Addon } from '../native/addon.ts';
import { epoll, type Poller } from '../native/poller.ts';
import type { PortRange } from '../service/port-range.ts';
import { Asides } from './asides.ts';
import { Before } from './before.ts';
import { Begin } from './begin.ts';
import type { KeepingBook } from './book/keeping-book.ts';
import type { Keepsakes } from './book/keepsakes.ts';
import type { Beyond } from './book/page.ts';
import type { Cgroups } from './cgroups.ts';
import { Ends } from './ends.ts';
import type { Entry } from './entry.ts';
import type { FamilyPorts } from './families.ts';
import type { Stdio } from './foreground.ts';
import { Foreign } from './foreign.ts';
import { Further } from './further.ts';
import { Interpreter } from './interpret.ts';
import { LogLines } from './loglines.ts';
import { Logs } from './logs.ts';
import { Orders } from './orders.ts';
import { Outlived } from './outlived.ts';
import { Output } from './output.ts';
import { frontOf, swapProcesses } from './overlap-of.ts';
import { Overlaps } from './overlaps.ts';
import type { MainPids } from './ready/main-pids.ts';
import { readiness } from './ready/readiness.ts';
import { Refresh } from './refresh.ts';
import { Runs } from './runs.ts';
import { Sight } from './sight.ts';
import { Activation, isOnConnect } from './sockets/activation.ts';
import { Binders } from './sockets/binders.ts';
import { Broker, type BrokerPorts } from './sockets/broker.ts';
import { type DoorPorts, Doors } from './sockets/doors.ts';
import { openAs } from './sockets/open-as.ts';
import { Ports } from './sockets/ports.ts';
import { PortsFile } from './sockets/ports-file.ts';
import { Sockets } from './sockets/sockets.ts';
import { Starts } from './starts.ts';
import { Supervisor } from './supervisor.ts';
import { Table } from './table.ts';
import { Timers } from './timers.ts';
import { Tree } from './tree.ts';
import { Users } from './users.ts';
import { Waits } from './waits.ts';
import { noFacts } from './why.ts';

export type AssemblePorts = {
	readonly native: Addon;
	readonly poller: Poller;
	readonly ledger: Ledger;
	readonly channel: Channel;
	readonly batch: Batch;
	/** Where the FIFOs of processes without descriptors are made. */
	readonly fifos: string;
	/** Where archon-log keeps what they write. */
	readonly logDirectory: string;
	/** The eventfd that wakes archon-log. */
	readonly logWake: number;
	/** Path of archon's own socket. */
	readonly socket: string;
	/** The control groups, or why there are none. */
	readonly cgroups: Cgroups | Refusal;
	/** `[defaults]` of the configuration in force. */
	readonly defaults: () => Draft;
	/** Descriptors that the keeper holds as well. */
	readonly kept: Kept;
	/** Writes down what a daemon that comes after has to know. */
	readonly book: Pick<KeepingBook, 'changed' | 'gone' | 'born' | 'kept' | 'swapped'>;
	/** Where what outlives archon is kept. */
	readonly stateDirectory: string;
	/** `[daemon] ports` of the configuration in force. */
	readonly portRange: () => PortRange;
	/** The paths of libarchon-bind.so and archon-binder. */
	readonly library: string;
	readonly binder: string;
	/** A program of a service has come to ask for what it binds. */
	readonly greet: DoorPorts['greet'];
	/** What rules make of a `bind.requested`. */
	readonly askToBind: BrokerPorts['ask'];
	/** Carries out a start that a daemon that died had begun; false where it had not. */
	readonly resumeStart: (entry: Entry) => boolean;
	/** A service of the configuration has failed, or a group has given up and no other restarts it. */
	readonly onFailed: (name: string, why: string) => unknown;
	/** Of one that has standard descriptors of archond's own. */
	readonly stdioOf?: (entry: Entry) => Stdio | undefined;
	/** To be told after each change of an entry's life. */
	readonly onChanged?: (entry: Entry) => void;
	/** A run that was asked for by that request has ended with that wait status (-1: not known), and is not told yet. */
	readonly runEnded?: (request: number, status: number) => void;
	readonly onFault: (fault: unknown) => void;
};

export type Assembled = {
	readonly supervisor: Supervisor;
	readonly sight: Sight;
	readonly family: () => FamilyPorts;
	readonly table: Table;
	readonly starts: Starts;
	readonly asides: Asides;
	readonly ends: Ends;
	readonly interpreter: Interpreter;
	readonly output: Output;
	readonly waits: Waits;
	/** Calls back whenever the wall clock was set. */
	readonly onClockMoved: (moved: () => void) => void;
	readonly mains: MainPids;
	readonly outlived: Outlived;
	readonly sockets: Sockets;
	readonly binders: Binders;
	readonly broker: Broker;
	readonly ports: Ports;
	readonly timers: Timers;
	readonly further: Further;
	readonly overlaps: Overlaps;
	/** What others know of an entry. */
	readonly beyond: (entry: Entry) => Beyond;
	/** What the keeper holds for an entry; and taking it back from a daemon that died. */
	readonly keptFor: (entry: Entry) => Keepsakes;
	readonly restoreKept: (entry: Entry, kept: Keepsakes) => void;
	/** Once an entry has its process again: takes what went with the keeper from there, or makes it anew. */
	readonly regain: (entry: Entry) => void;
	readonly spawn: (entry: Entry) => void;
	/** Whoever follows an entry's life hears of it. */
	readonly changed: (entry: Entry) => void;
	/** To be called when the service of an entry has changed in place. */
	readonly amended: (entry: Entry) => void;
};

/** Puts the parts of the supervisor together; some need each other, so they ask for it when it is there. */
export function assemble(ports: AssemblePorts): Assembled {
	const { native, poller, ledger, channel, batch } = ports;
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
	const { onChanged = () => {} } = ports;
	const stdioOf = (entry: Entry) => ports.stdioOf?.(frontOf(entry));
	const sockets = new Sockets({
		native,
		poller,
		kept: ports.kept,
		keptChanged: (entry) => ports.book.kept(entry),
	});
	const activation = new Activation({
		sockets,
		open: (entry) => openAs(entry, sockets, preparing.users),
		release: (entry) => interpreter.apply(entry, { tag: 'release' }),
	});
	const doors = new Doors({
		native,
		poller,
		kept: ports.kept,
		keptChanged: (entry) => ports.book.kept(entry),
		directory: join(ports.socket, '../bind'),
		greet: ports.greet,
	});
	const chosen = new Ports({
		native,
		file: new PortsFile(join(ports.stateDirectory, 'ports'), ports.onFault),
		range: ports.portRange,
		isClosing: () => supervisor.isClosing,
	});
	const binders = new Binders({
		native,
		poller,
		ledger,
		kept: ports.kept,
		starts: () => starts,
		broker: () => broker,
		keptChanged: (entry) => ports.book.kept(entry),
		program: ports.binder,
		directory: join(ports.socket, '..'),
	});
	const { library } = ports;
	const starting = {
		native,
		starts,
		ready: () => known.ready,
		sockets,
		doors,
		binders,
		ports: chosen,
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
		batch,
		tree,
		spawn: (entry: Entry) => spawn(entry),
		abandon: (entry: Entry) => before.abandon(entry),
		// What is begun is held by nothing; what only asks why it waits (`hold`) is told so all the same, else it asks for ever.
		held: (entry, input) =>
			starts.isBegun(entry) && input.tag !== 'hold'
				? undefined
				: (orders.held(entry, input) ?? timers.held(entry) ?? activation.held(entry) ?? overlaps.held(entry)),
		standing: (entry) => orders.view.standing(entry),
		changed: (entry: Entry) => changed(entry),
	});
	const changed = (entry: Entry) => {
		ports.book.changed(entry);
		asides.changed(entry);
		known.ready.changed(entry);
		known.health.changed(entry);
		supervisor.changed(entry);
		timers.changed(entry);
		sockets.changed(entry);
		doors.changed(entry);
		chosen.changed(entry);
		activation.changed(entry);
		further.changed(entry);
		overlaps.changed(entry);
		onChanged(entry);
	};
	const spawn = (entry: Entry) => ports.resumeStart(entry) || before.spawn(entry);
	const further: Further = new Further({ table, interpreter, forget: (entry) => supervisor.remove(entry) });
	const overlaps: Overlaps = new Overlaps({
		table,
		apply: (entry, input) => interpreter.apply(entry, input),
		tell: (entry, type, fields) => interpreter.tell(entry, type, fields),
		joined: (main, beside) => sockets.joined(main, beside),
		swap: (main, beside) => swap(main, beside),
		parted: (main, isNew) => {
			// An old one that stays has what its service said then.
			if (isNew) {
				sockets.parted(main);
			}
			ports.book.changed(main);
		},
		judge: (entry) => waits.changed(entry),
		forget: (entry) => supervisor.forget(entry),
	});
	const swap = (main: Entry, beside: Entry) => {
		interpreter.swapped(main, beside);
		swapProcesses(main, beside);
		starts.swapped(main, beside);
		known.mains.swapped(main, beside);
		known.ready.swapped(main, beside);
		known.health.swapped(main, beside);
		doors.swapped(main, beside);
		sockets.joined(beside, main);
		orders.replaced(main);
		ports.book.swapped(main, beside);
		batch.flush();
		interpreter.together(() => {
			interpreter.changedOf(main);
			interpreter.changedOf(beside);
		});
	};
	const clockMoved = (moved: () => void) => onClockMoved(ports, moved);
	const timers: Timers = new Timers({
		now: () => ({ wall: Date.now(), steady: performance.now() }),
		onClockMoved: clockMoved,
		apply: (entry, input) => interpreter.apply(entry, input),
		further,
		rearmed: (entry) => ports.book.changed(entry),
		tell: (entry, fields) => batch.add('timer', entry.name, fields),
	});
	const ends: Ends = new Ends({
		ledger,
		batch,
		starts,
		tree,
		interpreter,
		drain: (entry) => known.ready.drain(entry),
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
		ends: () => ends,
		kept: ports.kept,
		keptChanged: (entry) => ports.book.kept(entry),
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
		keeper: ledger.keeper,
		logger: () => ledger.logger,
		after: (then) => batch.after(then),
		forget: (entry) => supervisor.forget(entry),
	});
	const orders: Orders = new Orders({
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
		ordered: (entry) => ports.book.changed(entry),
		moreChanged: () => batch.touch(),
		overlap: overlaps,
		failed: ports.onFailed,
	});
	const supervisor: Supervisor = new Supervisor({
		native,
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
	});
	const family = (): FamilyPorts => ({
		keeper: ledger.keeper,
		own: [process.pid, ledger.logger],
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
	const amended = (entry: Entry) => {
		known.health.changed(entry);
		timers.changed(entry);
		sockets.changed(entry);
		activation.changed(entry);
		if (entry.service !== undefined) {
			output.setLimits(entry.name, entry.service.log);
		}
	};
	const { mains } = known;
	const keptFor = (entry: Entry): Keepsakes =>
		entry.kind === 'foreign'
			? { pidfd: foreign.keptFor(entry) }
			: {
					...known.ready.keptFor(entry),
					sockets: sockets.keptFor(entry),
					door: doors.keptFor(entry),
					binders: binders.keptFor(entry),
				};
	const beyond = (entry: Entry) => ({
		down: orders.downOf(entry),
		fires: timers.fires(entry),
		furtherOf: further.of(entry),
	});
	const restoreKept = (entry: Entry, kept: Keepsakes) => {
		known.ready.restore(entry, kept);
		if (kept.sockets !== undefined) {
			sockets.restore(entry, kept.sockets);
		}
		if (kept.door !== undefined) {
			doors.restore(entry, kept.door);
		}
		binders.restore(entry, kept.binders ?? []);
	};
	const regain = (entry: Entry) => {
		if (sockets.regain(entry)) {
			// Who cannot bind it now is told why by the next start, as with any.
			void openAs(entry, sockets, preparing.users);
		}
	};
	const core = { supervisor, sight, family, table, starts, asides, ends, interpreter, output, waits };
	return {
		...core,
		mains,
		outlived,
		sockets,
		binders,
		broker,
		ports: chosen,
		timers,
		further,
		overlaps,
		beyond,
		keptFor,
		restoreKept,
		regain,
		spawn,
		changed,
		onClockMoved: clockMoved,
		amended,
	};
}

/** Where the system cannot say so, a cron expression is late by as much as the clock was set forward. */
function onClockMoved({ native, poller }: AssemblePorts, moved: () => void): void {
	const fd = native.clockWatch();
	if (fd >= 0) {
		poller.watch(fd, epoll.in, () => {
			native.eventfdRead(fd);
			moved();
		});
	}
}
