import { ftruncateSync, openSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errnoText } from '../../base/errno.ts';
import { isRefusal, type Refusal, refuse } from '../../base/refusal.ts';
import type { Kept } from '../../keeper/kept.ts';
import type { Ledger } from '../../keeper/ledger.ts';
import type { Addon } from '../../native/addon.ts';
import { epoll, type Poller } from '../../native/poller.ts';
import type { Aside, Outcome } from '../aside.ts';
import type { Keepsakes } from '../book/keepsakes.ts';
import type { Entry, Main } from '../entry.ts';
import type { Starts } from '../starts.ts';
import type { Broker, Passed } from './broker.ts';
import { parseQuestion } from './question.ts';

export type BinderPorts = {
	readonly native: Pick<
		Addon,
		| 'pair'
		| 'passed'
		| 'inbox'
		| 'receive'
		| 'notifyReceive'
		| 'sendDescriptor'
		| 'sendText'
		| 'pidfdSignal'
		| 'close'
		| 'closeLater'
	>;
	readonly poller: Pick<Poller, 'watch' | 'unwatch'>;
	readonly ledger: Pick<Ledger, 'release' | 'hasOutlived'>;
	readonly kept: Pick<Kept, 'claim' | 'put' | 'take' | 'drop'>;
	readonly starts: () => Pick<Starts, 'beside' | 'takeOver'>;
	readonly broker: () => Pick<Broker, 'bind'>;
	/** What is held for an entry has changed. */
	readonly keptChanged: (entry: Entry) => void;
	/** The path of archon-binder, and where its memory is made: as Node has them. */
	readonly program: string;
	readonly directory: string;
};

/** A descriptor that the keeper holds too, under that number. */
type Held = { readonly fd: number; readonly number: number };

/** What one start of a service has; while its child has not said who listens to its bind(2), only `cradle`. */
type Binding = {
	readonly entry: Entry;
	/** Where the child sends the listener. */
	cradle: (Held & { readonly token: number }) | undefined;
	listener: Held | undefined;
	/** What archon-binder is at, struct mind of native/binder.h. */
	memory: Held | undefined;
	/** Our end of the pair to it. */
	line: { readonly fd: number; readonly token: number } | undefined;
};

const killSignal = 9;
const memorySize = 4096;
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
	#null: number | undefined;

	constructor(ports: BinderPorts) {
		this.#ports = ports;
	}

	/** For a start of an entry: what `SpawnExtras.listens` is to be, to be closed when that is over. */
	open(entry: Entry): number | Refusal {
		const { native, kept, keptChanged } = this.#ports;
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
	 * needs. Else (the keeper has died too) it lives on, for without it every bind(2) would fail.
	 */
	takeOver(entry: Entry, slot: number, main: Main | undefined): void {
		const { ledger, native, starts } = this.#ports;
		if (main === undefined) {
			ledger.release(slot);
			return;
		}
		const ended = () => ledger.release(slot);
		starts().takeOver({ kind: 'aside', as: 'binder', entry, launch: nothing, process: main, ended }, slot);
		if ([...this.#bindings].some((it) => it.entry === entry)) {
			native.pidfdSignal(main.pidfd, killSignal);
		}
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
		const { native, poller, kept, keptChanged } = this.#ports;
		const { cradle, entry } = binding;
		if (cradle === undefined) {
			return;
		}
		const length = native.notifyReceive(cradle.fd, true);
		const [count = 0, listener = -1] = native.passed;
		if (length === 1 && count === 1) {
			binding.listener = { fd: listener, number: kept.claim() };
			binding.memory = { fd: this.#makeMemory(entry), number: kept.claim() };
			keptChanged(entry);
			kept.put(binding.listener.number, binding.listener.fd);
			kept.put(binding.memory.number, binding.memory.fd);
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

	/** A file without a name; in the run directory, which is memory. */
	#makeMemory({ name }: Entry): number {
		const path = join(this.#ports.directory, `binder-${name}`);
		const fd = openSync(path, 'w+', 0o600);
		unlinkSync(path);
		ftruncateSync(fd, memorySize);
		return fd;
	}

	/** Starts archon-binder. Where that cannot be, it is tried again: somebody may wait. */
	#begin(binding: Binding, wait: number = least): void {
		const { native, poller, ledger, starts, program } = this.#ports;
		const { listener, memory } = binding;
		if (listener === undefined || memory === undefined) {
			return;
		}
		const later = () => setTimeout(() => this.#begin(binding, Math.min(wait * 4, most)), wait).unref();
		if (native.pair() < 0) {
			later();
			return;
		}
		const [, fd = -1, theirs = -1] = native.passed;
		const ended = (main: Main, outcome: Outcome) => {
			ledger.release(main.slot);
			this.#hangUp(binding);
			if ('end' in outcome && outcome.end.tag === 'exit' && outcome.end.code === 0) {
				this.#close(binding);
			} else {
				later();
			}
		};
		const launch = { ...nothing, args: [program] };
		const { entry } = binding;
		const aside: Aside = { kind: 'aside', as: 'binder', entry, launch, process: undefined, ended };
		this.#null ??= openSync('/dev/null', 'r+');
		const broken = starts().beside(aside, {
			passed: [[listener.fd, 3], [theirs, 4], [memory.fd, 5]], // biome-ignore format: as native/binder.c has them
			own: new Map(),
			identity: undefined,
			cgroup: undefined,
			stdio: { fds: [this.#null, this.#null, this.#null], isTerminal: false, settings: new Map() },
		});
		native.close(theirs);
		if (broken !== undefined) {
			native.close(fd);
			later();
			return;
		}
		const token = poller.watch(fd, epoll.in, () => this.#answer(binding, fd));
		binding.line = { fd, token };
	}

	#answer(binding: Binding, line: number): void {
		const { native, broker } = this.#ports;
		const length = native.receive(line);
		const [count = 0, ...fds] = native.passed.subarray(0, 2);
		if (length <= 0) {
			this.#hangUp(binding);
			return;
		}
		const { id, peer, address } = parseQuestion(native.inbox.toString('latin1', 0, length));
		const [pidfd = -1] = count === 1 ? fds : [];
		if (count > 1) {
			native.closeLater([...native.passed.subarray(1, count + 1)]);
		}
		const isThere = () => binding.line?.fd === line;
		const answer = (given: Passed | Refusal) => {
			if (isRefusal(given)) {
				if (isThere()) {
					native.sendText(line, id);
				}
				return;
			}
			if (isThere()) {
				native.sendDescriptor(line, id, given.fd);
			}
			given.sent();
		};
		if (isRefusal(address)) {
			native.close(pidfd);
			answer(address);
			return;
		}
		const given = broker().bind(address, pidfd, peer);
		if (given instanceof Promise) {
			void given.then(answer);
		} else {
			answer(given);
		}
	}

	#hangUp(binding: Binding): void {
		const { line } = binding;
		if (line !== undefined) {
			binding.line = undefined;
			this.#ports.poller.unwatch(line.fd, line.token);
			this.#ports.native.close(line.fd);
		}
	}

	/** None of its processes is left. */
	#close(binding: Binding): void {
		this.#bindings.delete(binding);
		this.#letGo(binding.listener);
		this.#letGo(binding.memory);
		this.#ports.keptChanged(binding.entry);
	}
}
