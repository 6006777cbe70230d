import { type Refusal, refuse } from '../../base/refusal.ts';
import type { Addon } from '../../native/addon.ts';
import { formatPortRange, type PortRange } from '../../service/port-range.ts';
import type { NamedPorts } from '../../service/port-words.ts';
import type { Entry } from '../entry.ts';
import { frontOf } from '../overlap-of.ts';
import type { Report } from '../report.ts';
import { startFirst } from '../verdicts.ts';
import type { Holding, PortsFile } from './ports-file.ts';

export type PortPorts = {
	readonly native: Pick<Addon, 'listenInet' | 'close'>;
	readonly file: Pick<PortsFile, 'read' | 'write'>;
	/** `[daemon] ports`. */
	readonly range: () => PortRange;
	/** What archon has bound for services that say so themselves; numbers that are no ports do not matter. */
	readonly bound: () => Iterable<number>;
	/** Whether archon shuts down: what ends then keeps its ports for the next time. */
	readonly isClosing: () => boolean;
};

/**
 * Ports that archon has chosen: for those who compete for them, each free when it was given, as far as binding it can
 * tell. A holder keeps its own through restarts, of archon too, until it is stopped or ends for good.
 */
export class Ports {
	readonly #ports: PortPorts;
	readonly #held: Map<number, Holding>;

	constructor(ports: PortPorts) {
		this.#ports = ports;
		this.#held = ports.file.read();
	}

	/** The ports of a start: those that the entry had, unless somebody else has taken one meanwhile. */
	take(entry: Entry): NamedPorts | Refusal {
		const names = entry.service?.ports ?? [];
		const had = new Map(this.#of(frontOf(entry).name).map(([port, { name }]) => [name, port]));
		if (frontOf(entry) !== entry && names.every((it) => had.has(it))) {
			// Two processes of one service have the same, and the other one may have bound it.
			return new Map(names.map((it) => [it, had.get(it) ?? 0]));
		}
		const given = new Map<string, number>();
		const chosen: number[] = [];
		for (const [name, port] of had) {
			if (name !== '' && !names.includes(name)) {
				this.#held.delete(port);
			}
		}
		for (const name of names) {
			const known = had.get(name);
			if (known !== undefined && this.#isFree(known)) {
				given.set(name, known);
				continue;
			}
			if (known !== undefined) {
				this.#held.delete(known);
			}
			const kept = given.size - chosen.length;
			const port = this.#choose(this.#ports.range(), chosen.length, names.length - kept);
			if (typeof port !== 'number') {
				// It does not start with a part of them: others may.
				for (const one of chosen) {
					this.#held.delete(one);
				}
				this.#ports.file.write(this.#held);
				return port;
			}
			chosen.push(port);
			this.#held.set(port, { holder: frontOf(entry).name, name });
			given.set(name, port);
		}
		if (names.some((name) => had.get(name) !== given.get(name)) || had.size > names.length) {
			this.#ports.file.write(this.#held);
		}
		return given;
	}

	/** A port more for an entry, by request. */
	allocate(entry: Entry, range = this.#ports.range()): number | Refusal {
		if (isOver(entry)) {
			return refuse(
				`"${entry.name}" is ${entry.life.state.tag}: a port is for what runs, or will${startFirst(entry)}`,
			);
		}
		const port = this.#choose(range);
		if (typeof port === 'number') {
			this.#held.set(port, { holder: entry.name, name: '' });
			this.#ports.file.write(this.#held);
		}
		return port;
	}

	release(port: number): Refusal | undefined {
		const holding = this.#held.get(port);
		if (holding === undefined) {
			return refuse(`nobody holds port ${port}; Sockets lists those that are held`);
		}
		if (holding.name !== '') {
			return refuse(
				`port ${port} belongs to "${holding.holder}" as long as it is not stopped: its service says so (${holding.name})`,
			);
		}
		this.#held.delete(port);
		this.#ports.file.write(this.#held);
		return undefined;
	}

	/** To be called after each change of an entry's life. */
	changed(entry: Entry): void {
		if (this.#held.size > 0 && isOver(entry) && !this.#ports.isClosing()) {
			this.#drop(([, { holder }]) => holder === entry.name);
		}
	}

	/** To be called when all entries are there: of what was kept, only what somebody may still want stays. */
	settle(get: (name: string) => Entry | undefined): void {
		this.#drop(([, { holder, name }]) => {
			const entry = get(holder);
			return name === '' ? entry === undefined || isOver(entry) : !entry?.service?.ports.includes(name);
		});
	}

	/** What `Sockets` shows. */
	rows(): readonly Report[] {
		return Array.from(this.#held, ([port, { holder }]): Report => [`port:${port}`, holder, '-', '-']);
	}

	#of(holder: string): (readonly [number, Holding])[] {
		return [...this.#held].filter(([, it]) => it.holder === holder);
	}

	#drop(which: (held: readonly [number, Holding]) => boolean): void {
		const gone = [...this.#held].filter(which);
		for (const [port] of gone) {
			this.#held.delete(port);
		}
		if (gone.length > 0) {
			this.#ports.file.write(this.#held);
		}
	}

	/** The lowest that nobody holds and that can be bound; `chosen` of the `wanted` ones were chosen for the same start before. */
	#choose(range: PortRange, chosen = 0, wanted = 1): number | Refusal {
		let held = 0;
		for (let port = range.from; port <= range.to; port++) {
			if (this.#held.has(port)) {
				held++;
			} else if (this.#isFree(port)) {
				return port;
			}
		}
		const bound = [...new Set(this.#ports.bound())].filter(
			(port) => port >= range.from && port <= range.to && !this.#held.has(port),
		).length;
		const others = range.to - range.from + 1 - held - bound;
		const free = chosen === 0 ? 'none' : `only ${chosen}`;
		const few = chosen === 0 ? '' : ` where ${wanted} are wanted`;
		const services = bound === 0 ? '' : `, ${bound} bound for services`;
		const taken = others === 0 ? '' : `, ${others} by others on this machine`;
		return refuse(
			`ports: ${free} of ${formatPortRange(range)} ${chosen > 1 ? 'are' : 'is'} free${few}: ${held - chosen} held${services} (Sockets says by whom)${taken}`,
		);
	}

	/** For TCP and UDP, on every address. */
	#isFree(port: number): boolean {
		return this.#binds(port, true) && this.#binds(port, false);
	}

	#binds(port: number, isStream: boolean): boolean {
		const { native } = this.#ports;
		const both = native.listenInet('::', port, isStream, false);
		// EAFNOSUPPORT, EADDRNOTAVAIL: this machine has no IPv6.
		const fd = both === -97 || both === -99 ? native.listenInet('0.0.0.0', port, isStream, false) : both;
		if (fd >= 0) {
			native.close(fd);
		}
		return fd >= 0;
	}
}

/** It has ended for good. */
function isOver({ life: { state }, timer }: Entry): boolean {
	return state.tag === 'stopped' || state.tag === 'exited' || (state.tag === 'failed' && timer === undefined);
}
