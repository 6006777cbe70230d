import { existsSync } from 'node:fs';
import { errnoText } from '../../base/errno.ts';
import { type Refusal, refuse } from '../../base/refusal.ts';
import { steady } from '../../base/steady.ts';
import type { Kept } from '../../keeper/kept.ts';
import type { Addon } from '../../native/addon.ts';
import { epoll } from '../../native/poller.ts';
import type { Keepsakes } from '../book/keepsakes.ts';
import type { Entry, Main } from '../entry.ts';
import type { Starts } from '../starts.ts';
import { type BinderStartPorts, startBinder } from './binder-start.ts';
import type { Binding, Held } from './binding.ts';
import { makeMind } from './mind.ts';

export type BinderPorts = Omit<BinderStartPorts, 'starts'> & {
	readonly native: Pick<Addon, 'notifyReceive' | 'pidfdSignal' | 'pidfdTake' | 'closeLater'>;
	readonly starts: () => Pick<Starts, 'beside' | 'takeOver'>;
	readonly kept: Pick<Kept, 'claim' | 'put' | 'take' | 'drop'>;
	/** What is held for an entry has changed. */
	readonly keptChanged: (entry: Entry) => void;
	/** Where its memory is made, as Node has it. */
	readonly directory: string;
};

/** What native/binder.h calls OWN_LISTENER and OWN_MEMORY. */
const [ownListener, ownMemory] = [512, 513];
const killSignal = 9;
const [least, most] = [1, 1000];
const nothing = { args: [], env: new Map<string, string>(), directory: '/', fds: [] };

/**
 * `bind = "seccomp"`: the kernel stops what the processes of a service bind until archon-binder has answered, one for each
 * start (native/binder.c says why it is a program of its own). Here it is started, again when it was killed, and asked
 * what the shim would ask. The keeper holds what it needs, so that no call is ever without anybody who answers.
 */
export class Binders {
	readonly #ports: BinderPorts;
	readonly #bindings = new Set<Binding>();
	/** Of which the keeper held what is needed. */
	readonly #restored = new Set<Entry>();

	constructor(ports: BinderPorts) {
		this.#ports = ports;
	}

	/** For a start of an entry: what `SpawnExtras.listens` is to be, to be closed when that is over. */
	open(entry: Entry): number | Refusal {
		const { native, kept, keptChanged, program } = this.#ports;
		if (!existsSync(program)) {
			return refuse(`bind: ${program} is not there`);
		}
		const err = native.pair();
		if (err < 0) {
			return refuse(`bind: ${errnoText(-err)}`);
		}
		const [, fd = -1, theirs = -1] = native.passed;
		const binding = this.#add(entry);
		this.#watchCradle(binding, { fd, number: kept.claim() });
		keptChanged(entry);
		kept.put(binding.cradle?.number ?? -1, fd);
		return theirs;
	}

	/** What of an entry the keeper holds. */
	keptFor(entry: Entry): Keepsakes['binders'] {
		const all = [...this.#bindings].filter((it) => it.entry === entry);
		return all.length === 0
			? undefined
			: all.map(({ cradle, listener, memory }) => ({
					cradle: cradle?.number ?? -1,
					listener: listener?.number ?? -1,
					memory: memory?.number ?? -1,
				}));
	}

	/** Takes back what a daemon that died had; `goOn` begins with it. */
	restore(entry: Entry, all: NonNullable<Keepsakes['binders']>): void {
		for (const { cradle, listener, memory } of all) {
			const [from, who, what] = [this.#take(cradle), this.#take(listener), this.#take(memory)];
			const binding = this.#add(entry);
			if (who !== undefined && what !== undefined) {
				Object.assign(binding, { listener: who, memory: what });
				this.#restored.add(entry);
				this.#letGo(from);
			} else {
				this.#letGo(who);
				this.#letGo(what);
				if (from === undefined) {
					this.#bindings.delete(binding);
				} else {
					this.#watchCradle(binding, from);
				}
			}
		}
	}

	/**
	 * The archon-binder of a daemon that died, undefined when it has ended: it makes room for another where that has all it
	 * needs, from the keeper or, when that was killed too, from itself. Else it lives on: without it every bind(2) would fail.
	 */
	takeOver(entry: Entry, slot: number, main: Main | undefined): void {
		const { ledger, native, starts } = this.#ports;
		if (main === undefined) {
			ledger.release(slot);
			return;
		}
		const ended = () => ledger.release(slot);
		starts().takeOver({ kind: 'aside', as: 'binder', entry, launch: nothing, process: main, ended }, slot);
		if (this.#restored.has(entry) || this.#regain(entry, main)) {
			native.pidfdSignal(main.pidfd, killSignal);
		}
	}

	#regain(entry: Entry, { pidfd }: Main): boolean {
		const { native } = this.#ports;
		const [who, what] = [native.pidfdTake(pidfd, ownListener), native.pidfdTake(pidfd, ownMemory)];
		if (who < 0 || what < 0) {
			native.closeLater([who, what].filter((it) => it >= 0));
			return false;
		}
		this.#keep(this.#add(entry), who, what);
		return true;
	}

	#keep(binding: Binding, listener: number, memory: number): void {
		const { kept, keptChanged } = this.#ports;
		binding.listener = { fd: listener, number: kept.claim() };
		binding.memory = { fd: memory, number: kept.claim() };
		keptChanged(binding.entry);
		kept.put(binding.listener.number, listener);
		kept.put(binding.memory.number, memory);
	}

	/** Begins with what was taken back. */
	goOn(): void {
		for (const binding of this.#bindings) {
			if (binding.listener !== undefined) {
				this.#begin(binding);
			}
		}
	}

	#add(entry: Entry): Binding {
		const binding = { entry, cradle: undefined, listener: undefined, memory: undefined, line: undefined };
		this.#bindings.add(binding);
		return binding;
	}

	#take(number: number): Held | undefined {
		const fd = this.#ports.kept.take(number);
		return fd === undefined ? undefined : { fd, number };
	}

	#letGo(held: Held | undefined): void {
		if (held !== undefined) {
			this.#ports.kept.drop(held.number);
			this.#ports.native.close(held.fd);
		}
	}

	#watchCradle(binding: Binding, held: Held): void {
		const token = this.#ports.poller.watch(held.fd, epoll.in, () => this.#hear(binding));
		binding.cradle = { ...held, token };
	}

	/** The listener stays in the cradle until the keeper holds it: it must not get lost. */
	#hear(binding: Binding): void {
		const { native, poller, keptChanged } = this.#ports;
		const { cradle, entry } = binding as Binding & { cradle: NonNullable<Binding['cradle']> };
		const length = native.notifyReceive(cradle.fd, true);
		const [count = 0, listener = -1] = native.passed;
		if (length !== 0) {
			const memory = count === 1 ? makeMind(this.#ports.directory, entry.name) : undefined;
			if (memory === undefined) {
				native.closeLater(count === 1 ? [listener] : []);
				this.#pause(binding, cradle);
				return;
			}
			this.#keep(binding, listener, memory);
		}
		poller.unwatch(cradle.fd, cradle.token);
		binding.cradle = undefined;
		this.#letGo(cradle);
		if (binding.listener === undefined) {
			// Its start failed before it came to that.
			this.#bindings.delete(binding);
		}
		keptChanged(entry);
		if (binding.listener !== undefined) {
			this.#begin(binding);
		}
	}

	/** There is no room for it, or no descriptor: the listener stays where it is meanwhile. */
	#pause(binding: Binding, cradle: NonNullable<Binding['cradle']>): void {
		this.#ports.poller.unwatch(cradle.fd, cradle.token);
		setTimeout(() => this.#watchCradle(binding, cradle), most).unref();
	}

	/** Starts archon-binder. Where that cannot be, it is tried again: somebody may wait. */
	#begin(binding: Binding, wait: number = least): void {
		const { entry, listener, memory } = binding;
		if (listener === undefined || memory === undefined) {
			return;
		}
		const began = steady();
		const later = () => {
			const next = steady() - began > most ? least : Math.min(wait * 4, most);
			setTimeout(() => this.#begin(binding, next), wait).unref();
		};
		const ended = (isOver: boolean) => {
			this.#hangUp(binding);
			if (isOver) {
				this.#close(binding);
			} else {
				later();
			}
		};
		binding.line = startBinder(this.#ports, { entry, listener: listener.fd, memory: memory.fd }, ended, () =>
			this.#hangUp(binding),
		);
		if (binding.line === undefined) {
			later();
		}
	}

	#hangUp(binding: Binding): void {
		binding.line?.close();
		binding.line = undefined;
	}

	/** None of its processes is left. */
	#close(binding: Binding): void {
		this.#bindings.delete(binding);
		this.#letGo(binding.listener);
		this.#letGo(binding.memory);
		this.#ports.keptChanged(binding.entry);
	}
}
