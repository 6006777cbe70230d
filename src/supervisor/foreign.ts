import { readFileSync } from 'node:fs';
import { errnoName, errnoText, isShortage } from '../base/errno.ts';
import { nameFromProgram } from '../base/name.ts';
import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import type { Kept } from '../keeper/kept.ts';
import type { Addon, Again, PidfdInfo } from '../native/addon.ts';
import { epoll, type Poller } from '../native/poller.ts';
import { fresh } from '../process/moves.ts';
import type { End } from '../process/state.ts';
import type { Running } from './book/page.ts';
import { endOf } from './describe.ts';
import type { Entry, Main } from './entry.ts';
import type { Interpreter } from './interpret.ts';
import { newEntry } from './new-entry.ts';
import { isKernelThread, startedAt } from './proc-stat.ts';
import type { Table } from './table.ts';

export type ForeignPorts = {
	readonly native: Pick<
		Addon,
		'pidfdOpen' | 'pidfdInfo' | 'againOpen' | 'againNote' | 'close' | 'closeLater'
	>;
	readonly poller: Poller;
	readonly table: Table;
	readonly interpreter: Interpreter;
	readonly kept: Pick<Kept, 'claim' | 'put' | 'take' | 'drop'>;
	/** What is held for an entry has changed. */
	readonly keptChanged: (entry: Entry) => void;
	/** Pids of archon's own processes beside this one. */
	readonly beside: () => readonly number[];
	/** Calls back once what has happened so far is told. */
	readonly after: (then: () => void) => void;
	/** An entry is not to be there any more. */
	readonly forget: (entry: Entry) => void;
};

/** Watches processes that somebody else started, by their pidfd. */
export class Foreign {
	readonly #ports: ForeignPorts;
	/** Under which number the keeper holds the pidfd of each. */
	readonly #numbers = new WeakMap<Entry, number>();

	constructor(ports: ForeignPorts) {
		this.#ports = ports;
	}

	/** Takes the descriptor over; when it refuses, the descriptor is closed. `uid` is the asker's. */
	monitor(pidfd: number, chosen: string | undefined, uid: number): Refusal | undefined {
		const info = this.#ports.native.pidfdInfo(pidfd);
		const refused = this.#isForbidden(info, uid);
		const name = refused ?? this.#nameFor(info as PidfdInfo, chosen);
		if (isRefusal(name)) {
			this.#ports.native.closeLater([pidfd]);
			return name;
		}
		this.#watch(name, pidfd, info as PidfdInfo);
		return undefined;
	}

	/**
	 * Watches the process of that number, as `monitor` does. It is the one that has the number when its descriptor is
	 * opened; what is looked at is the descriptor from then on.
	 */
	monitorPid(pid: number, chosen: string | undefined, uid: number): Refusal | undefined {
		const pidfd = this.#ports.native.pidfdOpen(pid);
		return pidfd < 0 ? refuse(unopened(pid, pidfd)) : this.monitor(pidfd, chosen, uid);
	}

	#isForbidden(info: PidfdInfo | number, uid: number): Refusal | undefined {
		if (typeof info === 'number') {
			return refuse('the descriptor is no process: pass a pidfd (pidfd_open(2))');
		}
		// Of one that was reaped no pid is known: 0, which is also the logger's while that is started again.
		const own = [1, process.pid, ...this.#ports.beside()];
		if (info.pid > 0 && own.includes(info.pid)) {
			return refuse(`process ${info.pid} is not to be watched: it is archon itself or init`);
		}
		if (info.pid > 0 && isKernelThread(info.pid)) {
			return refuse(`process ${info.pid} is not to be watched: it is a thread of the kernel and never ends`);
		}
		if (info.pid > 0 && uid !== 0 && uid !== info.ruid && uid !== info.suid) {
			return refuse(`process ${info.pid} is not yours: it runs as uid ${info.ruid}`);
		}
		const known = this.#watched(info.pid);
		if (known !== undefined) {
			return refuse(`process ${info.pid} is watched already: it is called "${known}"`);
		}
		return undefined;
	}

	#watched(pid: number): string | undefined {
		const isIt = (entry: Entry) => entry.process?.pid === pid && pid > 0;
		return this.#ports.table.all().find(isIt)?.name;
	}

	#nameFor(info: PidfdInfo, chosen: string | undefined): string | Refusal {
		return this.#ports.table.nameFor(chosen, nameFromProgram(commOf(info.pid).replaceAll('/', '_')));
	}

	#watch(name: string, pidfd: number, info: PidfdInfo): void {
		const { poller, table, interpreter } = this.#ports;
		const since = startedAt(info.pid) ?? Date.now();
		const token = poller.watch(pidfd, epoll.in | epoll.oneshot, (events) => this.#ready(entry, events));
		const known = { ...info, since, again: this.#againOf(pidfd, info.pid) };
		const entry: Entry = newEntry(name, 'foreign', {
			life: { state: { tag: 'running', since }, history: fresh },
			process: processOf(known, pidfd, token),
		});
		table.add(entry);
		const number = this.#ports.kept.claim();
		this.#numbers.set(entry, number);
		this.#ports.keptChanged(entry);
		this.#ports.kept.put(number, pidfd);
		interpreter.tell(entry, 'process.monitored');
		interpreter.changedOf(entry);
	}

	/** The number under which the keeper holds the pidfd of an entry. */
	keptFor(entry: Entry): number | undefined {
		return this.#numbers.get(entry);
	}

	/**
	 * Goes on watching what a daemon that died had watched. `number`: under which the keeper held its pidfd, which may have
	 * died with it. Without a process when it is gone, and nobody knows how it ended. Throws where that cannot be told for now.
	 */
	restore(entry: Entry, number: number | undefined, { pid, since, again }: Running): void {
		const { native, poller, kept, keptChanged } = this.#ports;
		const held = number === undefined ? undefined : kept.take(number);
		const pidfd = held ?? (again === undefined ? -1 : native.againOpen(pid, again));
		if (isShortage(pidfd)) {
			throw new Error(`process ${pid} cannot be watched again: ${errnoText(pidfd)}`);
		}
		if (pidfd < 0) {
			return;
		}
		const place = held === undefined ? kept.claim() : (number as number);
		this.#numbers.set(entry, place);
		if (held === undefined) {
			keptChanged(entry);
			kept.put(place, pidfd);
		}
		const token = poller.watch(pidfd, epoll.in | epoll.oneshot, (events) => this.#ready(entry, events));
		const info = native.pidfdInfo(pidfd);
		entry.process = processOf({ pid: typeof info === 'number' ? 0 : info.pid, since, again }, pidfd, token);
	}

	/** It ended while nobody watched it. */
	lost(entry: Entry): void {
		this.#ended(entry, { tag: 'unknown' });
	}

	#againOf(pidfd: number, pid: number): Again | undefined {
		const known = this.#ports.native.againNote(pidfd, pid);
		return typeof known === 'number' ? undefined : known;
	}

	/** Readable: it has ended. Hung up: it has also been reaped, and only then its status is to be had. */
	#ready(entry: Entry, events: number): void {
		const main = entry.process;
		if (main === undefined) {
			return;
		}
		const info = this.#ports.native.pidfdInfo(main.pidfd);
		const isReaped = (events & epoll.hup) !== 0;
		if (!isReaped) {
			const parent = typeof info === 'number' ? 0 : info.ppid;
			entry.remark = `zombie: not reaped by ${parent}`;
			this.#ports.poller.change(main.pidfd, main.token, 0);
			return;
		}
		this.#ports.poller.unwatch(main.pidfd, main.token);
		const status = typeof info === 'number' ? -1 : info.exit;
		this.#ended(entry, status < 0 ? { tag: 'unknown' } : endOf(status));
		this.#ports.after(() => {
			this.#ports.native.close(main.pidfd);
			// A daemon that takes over before the end is told reads its status from there.
			this.#release(entry);
		});
	}

	#release(entry: Entry): void {
		this.#ports.kept.drop(this.#numbers.get(entry) ?? -1);
		this.#numbers.delete(entry);
		this.#ports.keptChanged(entry);
	}

	#ended(entry: Entry, end: End): void {
		entry.last = end;
		entry.remark = end.tag === 'unknown' ? 'status unknown' : '';
		this.#ports.interpreter.apply(entry, { tag: 'exited', end, left: 0, at: Date.now(), chance: 0 });
		for (const old of this.#ports.table.ended(entry)) {
			this.#ports.forget(old);
		}
	}
}

function processOf(
	{ pid, since, again }: Pick<Running, 'pid' | 'since' | 'again'>,
	pidfd: number,
	token: number,
): Main {
	return { pid, pidfd, slot: -1, start: -1, since, again, log: undefined, token, executed: true };
}

/** Why there is no pidfd of a process: pidfd_open(2). */
function unopened(pid: number, errno: number): string {
	switch (errnoName(errno)) {
		case 'ESRCH':
			return `there is no process ${pid}`;
		case 'EINVAL':
		case 'ENOENT':
			return `${pid} is a thread: name the process that it is of`;
		default:
			return `process ${pid} cannot be watched: ${errnoText(errno)}`;
	}
}

function commOf(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/comm`, 'latin1').trimEnd();
	} catch {
		return '';
	}
}
