import { isRefusal, type Refusal } from '../../base/refusal.ts';
import type { Ready as How } from '../../service/service.ts';
import type { Keepsakes } from '../book/keepsakes.ts';
import { failureText } from '../describe.ts';
import type { Entry } from '../entry.ts';
import type { Interpreter } from '../interpret.ts';
import { frontOf } from '../overlap-of.ts';
import { checkText } from './check-text.ts';
import type { FdStore } from './fd-store.ts';
import type { NotifySockets, Owner } from './notify-sockets.ts';
import type { ReadyPipes } from './ready-pipes.ts';

/** What a start gets so that it can tell how it is. */
export type Means = {
	/** Path of its socket for sd_notify(3). */
	readonly notify: string | undefined;
	/** Names of the descriptors it gets from 3 on: its sockets, then those that it had given to archon. */
	readonly listen: readonly string[];
	readonly passed: readonly (readonly [fd: number, target: number])[];
	/** To be closed when the start has them. */
	readonly close: readonly number[];
};

/** Whom to tell what was found. */
export type Told = { readonly good: () => void; readonly told: (why: string) => void };

export type ReadyPorts = {
	readonly interpreter: Pick<Interpreter, 'apply'>;
	readonly sockets: NotifySockets;
	readonly pipes: ReadyPipes;
	readonly store: FdStore;
	/** It has said something, so its exec has succeeded: that is settled first. */
	readonly executed: (entry: Entry) => void;
	/** Begins to look for what a service does not say itself; what is returned ends that. */
	readonly begin: (entry: Entry, how: How, tell: Told) => (() => void) | undefined;
};

type Watch = { readonly start: number; readonly stop: (() => void) | undefined };

const first = 3;

/** Follows those that are ready only when something says so, and says what keeps them from it. */
export class Ready {
	readonly #ports: ReadyPorts;
	readonly #watches = new Map<Entry, Watch>();

	constructor(ports: ReadyPorts) {
		this.#ports = ports;
	}

	/**
	 * What the next start of an entry gets, made now; or why it cannot be made. `owner` undefined: as the daemon.
	 * `before`: descriptors that stand before those of the store.
	 */
	prepare(
		entry: Entry,
		owner: Owner | undefined,
		before: readonly { readonly fd: number; readonly name: string }[] = [],
	): Means | Refusal {
		const { sockets, pipes, store } = this.#ports;
		const { ready, watchdog } = entry.service ?? {};
		const hasSocket = ready?.tag === 'notify' || watchdog !== undefined;
		const notify = hasSocket ? sockets.open(entry, owner) : sockets.close(entry);
		if (isRefusal(notify)) {
			return notify;
		}
		const end = ready?.tag === 'fd' ? pipes.open(entry) : pipes.close(entry);
		if (isRefusal(end)) {
			return end;
		}
		const own = ready?.tag === 'fd' ? [[end as number, ready.fd] as const] : [];
		// A descriptor that is asked for by number goes before those that only have to follow each other.
		const kept = [...before, ...store.of(frontOf(entry))].slice(
			0,
			ready?.tag === 'fd' ? Math.max(0, ready.fd - first) : undefined,
		);
		return {
			notify: notify as string | undefined,
			listen: kept.map(({ name }) => name),
			passed: [...kept.map(({ fd }, index) => [fd, first + index] as const), ...own],
			close: own.map(([fd]) => fd),
		};
	}

	/** What of an entry the keeper holds. */
	keptFor(entry: Entry): Keepsakes {
		const { sockets, pipes, store } = this.#ports;
		return { notify: sockets.keptFor(entry), ready: pipes.keptFor(entry), store: store.keptFor(entry) };
	}

	/** Takes back what the keeper holds for an entry of a daemon that died. */
	restore(entry: Entry, { notify, ready, store }: Keepsakes): void {
		if (notify !== undefined) {
			this.#ports.sockets.restore(entry, notify);
		}
		if (ready !== undefined) {
			this.#ports.pipes.restore(entry, ready);
		}
		if (store !== undefined) {
			this.#ports.store.restore(entry, store);
		}
	}

	/** Each has the process of the other now; to be followed by `changed` of both. */
	swapped(one: Entry, other: Entry): void {
		this.#ports.sockets.swapped(one, other);
		this.#ports.pipes.swapped(one, other);
		for (const entry of [one, other]) {
			this.#watches.get(entry)?.stop?.();
			this.#watches.delete(entry);
		}
	}

	/** To be called after each change of an entry's life. */
	changed(entry: Entry): void {
		this.#follow(entry);
		const { state } = entry.life;
		if (entry.process === undefined) {
			entry.said = '';
		}
		if (state.tag === 'stopped' || state.tag === 'exited' || state.tag === 'failed') {
			this.forget(entry);
		}
	}

	/** It is ready, or something that was looked for says so. */
	good(entry: Entry): void {
		this.#ports.executed(entry);
		const { state } = entry.life;
		if (state.tag === 'starting' && state.spawned) {
			this.#ports.interpreter.apply(entry, { tag: 'ready', at: Date.now() });
		}
	}

	/** It says so itself: that counts when it is asked to, and when it had taken its readiness back. */
	said(entry: Entry): void {
		this.#ports.executed(entry);
		const { state } = entry.life;
		const isWithdrawn = state.tag === 'starting' && state.since !== 0;
		if (entry.spec.ready !== 'end' && (entry.service?.ready.tag === 'notify' || isWithdrawn)) {
			this.good(entry);
		}
	}

	/** Takes what it has said before its end is settled. */
	drain(entry: Entry): void {
		this.#ports.sockets.drain(entry);
		this.#ports.pipes.drain(entry);
	}

	/** Something keeps an entry from being ready: shown as long as nothing else does. */
	told(entry: Entry, why: string): void {
		const { state } = entry.life;
		const how = entry.service?.ready;
		if (how !== undefined && state.tag === 'starting' && state.since === 0) {
			entry.remark = `not ready: ${checkText(how)}: ${why}`;
		}
	}

	/** There will be no further start for now: what was kept for it is closed. */
	forget(entry: Entry): void {
		const { sockets, pipes, store } = this.#ports;
		sockets.close(entry);
		pipes.close(entry);
		store.clear(entry);
	}

	#follow(entry: Entry): void {
		const { state } = entry.life;
		const isAwaited =
			state.tag === 'starting' && state.spawned && state.since === 0 && entry.spec.ready === 'told';
		const start = isAwaited ? entry.process?.start : undefined;
		const known = this.#watches.get(entry);
		if (known?.start === start) {
			return;
		}
		known?.stop?.();
		this.#watches.delete(entry);
		if (known !== undefined) {
			settleRemark(entry);
		}
		const how = entry.service?.ready;
		if (start !== undefined && how !== undefined) {
			this.told(entry, nothingYet(how));
			const tell = { good: () => this.good(entry), told: (why: string) => this.told(entry, why) };
			this.#watches.set(entry, { start, stop: this.#ports.begin(entry, how, tell) });
		}
	}
}

/** What kept it from being ready stays said only where that is why it is ended. */
function settleRemark(entry: Entry): void {
	const { state } = entry.life;
	const isLate = state.tag === 'stopping' && state.fault?.tag === 'not-ready';
	const rest = entry.remark.replace(/^not ready: /, '');
	if (rest !== entry.remark) {
		entry.remark = isLate ? `${failureText(state.fault)}: ${rest}` : '';
	}
}

function nothingYet({ tag }: How): string {
	switch (tag) {
		case 'notify':
			return 'no READY=1 yet';
		case 'fd':
			return 'no line break yet';
		case 'log':
			return 'no such line yet';
		default:
			return 'no answer yet';
	}
}
