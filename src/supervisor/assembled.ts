import type { Refusal } from '../base/refusal.ts';
import type { Draft } from '../config/draft.ts';
import type { Batch } from '../events/batch.ts';
import type { Channel } from '../keeper/channel.ts';
import type { Kept } from '../keeper/kept.ts';
import type { Ledger } from '../keeper/ledger.ts';
import type { Addon } from '../native/addon.ts';
import type { Poller } from '../native/poller.ts';
import type { PortRange } from '../service/port-range.ts';
import type { Asides } from './asides.ts';
import type { KeepingBook } from './book/keeping-book.ts';
import type { Keepsakes } from './book/keepsakes.ts';
import type { Beyond } from './book/page.ts';
import type { Cgroups } from './cgroups.ts';
import type { Ends } from './ends.ts';
import type { Entry } from './entry.ts';
import type { FamilyPorts } from './families.ts';
import type { Stdio } from './foreground.ts';
import type { Further } from './further.ts';
import type { Interpreter } from './interpret.ts';
import type { Outlived } from './outlived.ts';
import type { Output } from './output.ts';
import type { Overlaps } from './overlaps.ts';
import type { MainPids } from './ready/main-pids.ts';
import type { Sight } from './sight.ts';
import type { Binders } from './sockets/binders.ts';
import type { Broker, BrokerPorts } from './sockets/broker.ts';
import type { DoorPorts } from './sockets/doors.ts';
import type { Ports } from './sockets/ports.ts';
import type { SocketsShown } from './sockets/sockets-shown.ts';
import type { Starts } from './starts.ts';
import type { Supervisor } from './supervisor.ts';
import type { Table } from './table.ts';
import type { Timers } from './timers.ts';
import type { Waits } from './waits.ts';

/** What the supervisor needs of the daemon around it. */
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
	/** Everything is being stopped from now on, also by a daemon that comes after this one. */
	readonly onClosing: () => void;
	/** Of one that has standard descriptors of archond's own. */
	readonly stdioOf?: (entry: Entry) => Stdio | undefined;
	/** To be told after each change of an entry's life. */
	readonly onChanged?: (entry: Entry) => void;
	/** A run that was asked for by that request has ended with that wait status (-1: not known), and is not told yet. */
	readonly runEnded?: (request: number, status: number) => void;
	readonly onFault: (fault: unknown) => void;
};

/** The parts of it that others use. */
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
	readonly socketsShown: SocketsShown;
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
