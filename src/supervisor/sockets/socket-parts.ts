import { join } from 'node:path';
import type { AssemblePorts } from '../assembled.ts';
import type { Entry } from '../entry.ts';
import type { Interpreter } from '../interpret.ts';
import type { Starts } from '../starts.ts';
import type { Tree } from '../tree.ts';
import type { Users } from '../users.ts';
import { type AcceptorPorts, Acceptors } from './acceptors.ts';
import { Activation } from './activation.ts';
import { Binders } from './binders.ts';
import type { Broker } from './broker.ts';
import { Doors } from './doors.ts';
import { Exchanges } from './exchanges.ts';
import { KeptSockets } from './kept-sockets.ts';
import { openAs } from './open-as.ts';
import { Ports } from './ports.ts';
import { PortsFile } from './ports-file.ts';
import type { Socket } from './shelf.ts';
import { Shelves } from './shelves.ts';
import { Sockets } from './sockets.ts';
import { SocketsShown } from './sockets-shown.ts';

/** What is asked of others once they are there. */
export type SocketPartsPorts = {
	readonly users: Users;
	readonly interpreter: () => Interpreter;
	readonly starts: () => Starts;
	readonly tree: () => Tree;
	readonly broker: () => Broker;
	readonly isClosing: () => boolean;
	readonly trees: AcceptorPorts['trees'];
};

export type SocketParts = {
	readonly sockets: Sockets;
	readonly keptSockets: KeptSockets;
	readonly socketsShown: SocketsShown;
	readonly activation: Activation;
	readonly exchanges: Exchanges;
	readonly doors: Doors;
	readonly ports: Ports;
	readonly binders: Binders;
};

const portOf = ({ address }: Socket) => (address.tag === 'unix' ? 0 : address.port);

/** Puts together what binds, holds and hands out sockets, and what programs ask for one by. */
export function socketParts(of: AssemblePorts, others: SocketPartsPorts): SocketParts {
	const { native, poller, ledger, kept, book } = of;
	const holding = { native, poller, kept, keptChanged: (entry: Entry) => book.kept(entry) };
	const shelves = new Shelves(holding);
	const sockets = new Sockets({ ...holding, shelves });
	const ports = new Ports({
		native,
		file: new PortsFile(join(of.stateDirectory, 'ports'), of.onFault),
		range: of.portRange,
		bound: () => [...shelves.all()].flatMap(([, { sockets }]) => Array.from(sockets.values(), portOf)),
		isClosing: others.isClosing,
	});
	const all = () => Array.from(shelves.all(), ([, shelf]) => shelf);
	const acceptors = new Acceptors({ ...holding, shelves: all, trees: others.trees });
	const release = (entry: Entry) => others.interpreter().apply(entry, { tag: 'release' });
	return {
		sockets,
		keptSockets: new KeptSockets({ ...holding, shelves, tree: others.tree, say: of.onFault }),
		socketsShown: new SocketsShown({ native, shelves, ports, acceptors }),
		activation: new Activation({
			sockets,
			open: (entry) => openAs(entry, sockets, others.users),
			release,
		}),
		exchanges: new Exchanges({ shelves, release }),
		doors: new Doors({ ...holding, directory: join(of.socket, '../bind'), greet: of.greet }),
		ports,
		binders: new Binders({
			...holding,
			ledger,
			starts: others.starts,
			broker: others.broker,
			program: of.binder,
			directory: join(of.socket, '..'),
		}),
	};
}
