import type { Refusal } from '../base/refusal.ts';
import type { Batch } from '../events/batch.ts';
import type { Bus } from '../events/bus.ts';
import type { Filter } from '../events/filter.ts';
import type { Journal } from '../events/journal.ts';
import type { RuleRow } from '../rules/in-force.ts';
import type { AsInit } from '../supervisor/as-init.ts';
import type { Begun } from '../supervisor/book/page.ts';
import type { Configuration } from '../supervisor/configuration.ts';
import type { Keys } from '../supervisor/keys.ts';
import type { SafeMode } from '../supervisor/safe-mode.ts';
import type { Sight } from '../supervisor/sight.ts';
import type { Broker } from '../supervisor/sockets/broker.ts';
import type { Ports } from '../supervisor/sockets/ports.ts';
import type { SocketsShown } from '../supervisor/sockets/sockets-shown.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import type { Request } from './request.ts';

/** What requests ask of the rules. */
export type Rules = {
	/** What `Rules` shows. */
	rows(): Promise<readonly RuleRow[]>;
	/** Somebody subscribes to such events, until the function returned is called: opt-in types among them are made. */
	subscribed(filter: Filter): () => void;
};

/** What every handler may use. A client that imports a request never loads what is behind these types. */
export type Shared = {
	readonly supervisor: Supervisor;
	readonly asInit: AsInit;
	readonly configuration: Configuration;
	readonly sight: Sight;
	readonly socketsShown: Pick<SocketsShown, 'rows'>;
	readonly ports: Pick<Ports, 'allocate' | 'release'>;
	readonly broker: Pick<Broker, 'bind'>;
	readonly rules: Rules;
	readonly journal: Journal;
	readonly bus: Bus;
	readonly batch: Batch;
	readonly safeMode: SafeMode;
	/** Whether what is installed by now could take over: why not, else undefined. */
	readonly upgrade: () => Promise<Refusal | undefined>;
	/** Requests that are safe to repeat. */
	readonly keys: Keys;
	readonly version: string;
	readonly requests: readonly Request[];
	/** A request that outlives the daemon has an effect in this turn: with it, it is written down what it is meant for. */
	readonly begun: (request: number, begun: Begun) => void;
};

/** A request that outlives the daemon. */
export type Asked = {
	/** Never used twice. */
	readonly number: number;
	/** What is known of it to a daemon that comes after; undefined: it had no effect yet. */
	readonly begun: Begun | undefined;
};

export type Peer = { readonly pid: number; readonly uid: number; readonly gid: number };

/** What the handler of one request may use. One object serves a connection: what is kept longer is taken out of it. */
export type Context = {
	readonly shared: Shared;
	/** Who asks (SO_PEERCRED). */
	readonly peer: Peer;
	/** Undefined for a request whose connection may end with the daemon. */
	readonly asked: Asked | undefined;
	/** The same as a pidfd (SO_PEERPIDFD), the caller's to close; -ESRCH when that process is gone, or another -errno. */
	asker(): number;
	/** Descriptors that came with the request; whoever takes them takes them out. */
	readonly fds: number[];
};
