import { steady } from '../base/steady.ts';
import type { Taken } from './fair.ts';
import type { Loaded, Loading, Resident } from './resident.ts';
import type { Kept, ProcessView } from './rule.ts';
import { after, Sent } from './sent.ts';
import type { Calls, FromThread, Outcome } from './thread.ts';
import { Told } from './told.ts';
import { Watch } from './watch.ts';
import { Thread } from './worker.ts';

const nothing: Outcome = { actions: [] };

/** What a thread was at when it was lost. */
export type At = { readonly call: Taken } | { readonly load: Loading } | undefined;

/** How a thread was lost. */
export type Lost = {
	readonly why: string;
	/** It took too much memory, in which other files may have a part. */
	readonly isMemory: boolean;
	/** It never came to be. */
	readonly isStillborn: boolean;
	readonly at: At;
};

export type RunningPorts = {
	readonly ready: () => void;
	readonly loaded: (loading: Loading, loaded: Loaded) => void;
	/** A file's state as its answers leave it; these come after it. */
	readonly left: (resident: Resident, state: Kept) => void;
	readonly answered: (answers: readonly { readonly to: Taken; readonly answer: Outcome }[]) => void;
	/** What it is at takes its time. */
	readonly slow: (at: Resident | Loading) => void;
	/** It is gone; nothing else comes of it. */
	readonly lost: (lost: Lost) => void;
};

/**
 * One thread and what was sent to it. Of a file it holds either what the daemon knows (`holds`) or something that is
 * not called any more. A call is known by its id: an answer to an id that was taken back is not heard.
 */
export class Running {
	/** Files as the daemon knows them, with the state it knows. */
	readonly holds = new Set<Resident>();
	readonly told: Told;
	readonly #thread: Thread;
	readonly #watch: Watch;
	readonly #ports: RunningPorts;
	readonly #sent = new Sent();
	/** Messages of calls that are not answered: the last id of each, and its number. */
	readonly #messages: { readonly last: number; readonly number: number }[] = [];
	#isReady = false;
	#loading: { readonly loading: Loading; readonly number: number } | undefined;
	#number = 0;

	constructor(program: string, known: ReadonlyMap<string, ProcessView>, ports: RunningPorts) {
		this.#ports = ports;
		this.told = new Told(known);
		this.#thread = new Thread(program, {
			said: (message) => this.#hear(message),
			ended: (why, isMemory) => this.#lose(why, isMemory),
		});
		this.#watch = new Watch({
			thread: this.#thread,
			owed: () => this.#owed(),
			now: () => steady(),
			slow: () => this.#slow(),
			over: (why, isMemory) => this.#lose(why, isMemory),
		});
		this.#watch.attend();
	}

	get isReady(): boolean {
		return this.#isReady;
	}

	/** The file that is being loaded. */
	get loading(): Loading | undefined {
		return this.#loading?.loading;
	}

	/** The calls that are not answered. */
	get sent(): readonly Taken[] {
		return this.#sent.all();
	}

	/** Messages of calls that are not answered. */
	get ahead(): number {
		return this.#messages.length;
	}

	/** Everything that was sent is answered. */
	get isIdle(): boolean {
		return this.#messages.length === 0 && this.#loading === undefined;
	}

	load(loading: Loading): void {
		const { file, source, state } = loading;
		const processes = this.told.take();
		if (processes.length > 0) {
			this.#thread.post({ tag: 'work', processes, calls: [] });
		}
		this.#loading = { loading, number: ++this.#number };
		this.#thread.post({ tag: 'load', file, source, state });
		this.#watch.attend();
	}

	/** Whether a file is being loaded that is not this. */
	isLoadingOther(at: Resident | Loading): boolean {
		const { loading } = this;
		return loading !== undefined && loading !== at && loading.again !== at;
	}

	/** The file that is being loaded is to be loaded elsewhere: what comes of it here is not heard. */
	giveLoading(): Loading | undefined {
		const { loading } = this.#loading ?? {};
		if (loading !== undefined) {
			this.#loading = undefined;
			this.drop(loading.file);
		}
		return loading;
	}

	call(taken: readonly Taken[]): void {
		const calls: (Omit<Calls, 'titles'> & { readonly titles: string[] })[] = [];
		let id = 0;
		for (const one of taken) {
			const { file, title, event } = one.waiting.call;
			const latest = calls.at(-1);
			id = this.#sent.add(one);
			if (latest?.event === event && latest.file === file && latest.id < id) {
				latest.titles.push(title);
			} else {
				calls.push({ id, file, titles: [title], event });
			}
		}
		this.#messages.push({ last: id, number: ++this.#number });
		this.#thread.post({ tag: 'work', processes: this.told.take(), calls });
		this.#watch.attend();
	}

	/** Takes back what was sent for a file; with it goes what it did to the state, so that it is held no longer. */
	recall(resident: Resident): void {
		if (this.#sent.recall(resident)) {
			this.holds.delete(resident);
		}
	}

	/** It need not have this file any more. */
	drop(file: string): void {
		this.#thread.post({ tag: 'drop', file });
	}

	end(): void {
		this.#watch.close();
		this.#thread.end();
	}

	#hear(message: FromThread): void {
		switch (message.tag) {
			case 'ready':
				this.#isReady = true;
				this.#ports.ready();
				break;
			case 'loaded':
				this.#endLoad(message.file, message.rules);
				break;
			case 'refused':
				this.#endLoad(message.file, { mistakes: message.mistakes });
				break;
			case 'done':
				this.#answer(message);
				break;
		}
	}

	#endLoad(file: string, loaded: Loaded): void {
		const { loading } = this.#loading ?? {};
		if (loading?.file === file) {
			this.#loading = undefined;
			this.#ports.loaded(loading, loaded);
		}
	}

	#answer({ last, answers, states }: FromThread & { readonly tag: 'done' }): void {
		for (const [file, state] of states) {
			const resident = [...this.holds].find((it) => it.file === file);
			if (resident !== undefined) {
				this.#ports.left(resident, state);
			}
		}
		const heard = [];
		let next = 0;
		for (const end = after(last); this.#sent.next !== end; ) {
			const answer = answers[next]?.id === this.#sent.next ? answers[next++] : undefined;
			const to = this.#sent.shift();
			if (to !== undefined) {
				heard.push({ to, answer: answer ?? nothing });
			}
		}
		if (last === this.#messages[0]?.last) {
			this.#messages.shift();
		}
		this.#ports.answered(heard);
	}

	/** The number of what it was sent first of what it has not answered; 0 while it starts. */
	#owed(): number | undefined {
		return this.#isReady ? (this.#messages[0]?.number ?? this.#loading?.number) : 0;
	}

	#at(): At {
		const { at } = this.#thread;
		const call = this.#sent.get(at);
		if (call !== undefined) {
			return { call };
		}
		return at < 0 && this.#loading !== undefined ? { load: this.#loading.loading } : undefined;
	}

	#slow(): void {
		const at = this.#at();
		if (at !== undefined) {
			this.#ports.slow('load' in at ? (at.load.again ?? at.load) : at.call.resident);
		}
	}

	#lose(why: string, isMemory: boolean): void {
		const at = this.#at();
		this.#watch.close();
		this.#thread.end();
		this.#ports.lost({ why, isMemory, isStillborn: !this.#isReady, at });
	}
}
