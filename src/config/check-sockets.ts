import { formatAddress } from '../service/address.ts';
import { isOnConnect } from '../service/life.ts';
import { portVariable, unknownPort } from '../service/port-words.ts';
import { BoundPorts } from './bound-ports.ts';
import type { Described, Description } from './describe.ts';
import type { Draft } from './draft.ts';
import { joinKey, type Mistake } from './mistake.ts';

/** A service has at most so many sockets, and ports. */
export const mostSockets = 64;

/** The descriptor that the first of them gets (sd_listen_fds(3)). */
const firstFd = 3;

/** Mistakes about the sockets of services: one address belongs to one service, once, and all of them can be bound. */
export function* checkSockets(services: Description['services']): Generator<Mistake> {
	const owners = new Map<string, string>();
	const ports = new BoundPorts();
	for (const [name, described] of services) {
		const wrong = wrongIn(name, described);
		const { sockets } = described.draft;
		if (sockets.length > mostSockets) {
			yield wrong('sockets', `more than ${mostSockets} sockets`);
			continue;
		}
		for (const address of sockets) {
			const text = formatAddress(address);
			const owner = owners.get(text);
			const other = owner === undefined ? ports.conflict(address, name) : undefined;
			if (owner !== undefined) {
				yield wrong('sockets', `${text} belongs to ${owner === name ? 'it' : owner} already`);
			} else if (other !== undefined) {
				yield wrong('sockets', `${text} cannot be bound beside ${other.text} of ${other.name}`);
			}
			owners.set(text, name);
		}
		yield* checkOne(described, wrong);
		yield* checkPorts(described, wrong);
	}
}

type Wrong = (key: string, text: string) => Mistake;

function* checkOne({ draft, places }: Described<Draft>, wrong: Wrong): Generator<Mistake> {
	const { sockets, ready, instances, timer, oneshot } = draft;
	if (ready.tag === 'fd' && sockets.length > 0 && ready.fd < firstFd + sockets.length) {
		const free = firstFd + sockets.length;
		yield wrong(
			'ready',
			`descriptors ${firstFd} to ${free - 1} are its sockets: "fd:${free}" is the first that is free`,
		);
	}
	if (places.has('activate') && draft.activate === 'on-connect' && sockets.length === 0) {
		yield wrong('activate', 'without sockets nobody can connect');
	}
	if (!isOnConnect(draft)) {
		return;
	}
	if (instances > 1) {
		yield wrong('activate', 'a connection cannot start several instances');
	}
	if (timer.every !== undefined || timer.cron !== undefined) {
		yield wrong('activate', 'a connection and a timer cannot both start it');
	}
	if (oneshot) {
		yield wrong('activate', 'a oneshot cannot be started by a connection');
	}
}

/** What two ports are told by has to differ. */
function* checkPorts({ draft: { ports, run } }: Described<Draft>, wrong: Wrong): Generator<Mistake> {
	if (ports.length > mostSockets) {
		yield wrong('ports', `more than ${mostSockets} ports`);
		return;
	}
	const seen = new Map<string, string>();
	for (const name of ports) {
		const variable = portVariable(name);
		const other = seen.get(variable);
		if (other !== undefined) {
			yield wrong(
				'ports',
				other === name
					? `"${name}" stands there twice`
					: `"${other}" and "${name}" are both told as ${variable}`,
			);
		}
		seen.set(variable, name);
	}
	const unknown = unknownPort(run, ports);
	if (unknown !== undefined) {
		yield wrong('run', unknown.refused);
	}
}

function wrongIn(name: string, { places, place }: Described<Draft>): Wrong {
	return (key, text) => ({ ...(places.get(key) ?? place), key: `service.${joinKey(name)}.${key}`, text });
}
