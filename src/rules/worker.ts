import { Worker } from 'node:worker_threads';
import { steady } from '../base/steady.ts';
import { type FromThread, progressPlaces, type ThreadData, type ToThread } from './thread.ts';

/** What Lua may take of V8's heap, MiB; text is kept outside of it (see Watch). */
export const mostHeap = 32;

/** How much a thread used: milliseconds on a CPU since it began, and bytes outside of V8's heap. */
export type Used = { readonly cpu: number; readonly outside: number };

const ending = new Set<Promise<unknown>>();

/** Who hears a thread. After `ended`, which comes at most once, nothing comes. */
export type Hears = {
	said(message: FromThread): void;
	/** It is gone, and nobody asked it to go. */
	ended(why: string, isMemory: boolean): void;
};

/**
 * A worker thread that runs Lua. It is given no environment, no terminal and a bounded heap, and can be ended whatever
 * it does. What it said before it ended by itself is heard before that; what it said before `end` may be lost.
 */
export class Thread {
	/** Resolves when no thread is left of those that were ended. */
	static async ended(): Promise<void> {
		await Promise.all(ending);
	}

	/** Undefined where there was no room for one. */
	readonly #worker: Worker | undefined;
	readonly #progress = new Int32Array(new SharedArrayBuffer(4 * progressPlaces.size));
	#hears: Hears | undefined;

	/** `program`: the path of dist/rules.cjs. */
	constructor(program: string, hears: Hears) {
		this.#hears = hears;
		try {
			this.#worker = this.#listenTo(threadOf(program, this.#progress));
		} catch (error) {
			// Not from within the constructor: nobody has this thread yet.
			queueMicrotask(() => this.#ended(`its thread could not begin: ${firstLine(error)}`, false));
		}
	}

	#listenTo(worker: Worker): Worker {
		let why = 'its thread ended';
		let isMemory = false;
		worker.on('message', (message: FromThread) => this.#hears?.said(message));
		worker.on('error', (error) => {
			isMemory = isOutOfMemory(error);
			why = isMemory ? tooMuchMemory(mostHeap) : `its thread ended: ${firstLine(error)}`;
		});
		worker.on('exit', () => this.#ended(why, isMemory));
		return worker;
	}

	#ended(why: string, isMemory: boolean): void {
		const hears = this.#hears;
		this.#hears = undefined;
		hears?.ended(why, isMemory);
	}

	/** The call it is at, as progressPlaces says. */
	get at(): number {
		return Atomics.load(this.#progress, progressPlaces.call);
	}

	post(message: ToThread): void {
		this.#worker?.postMessage(message);
	}

	/**
	 * What it used up to now: asked by an interrupt, so that it answers amid a loop too, but not amid a single step of
	 * native code, nor while it is given no time. undefined where it is gone. (Before Node 24.6 there is no word of the
	 * CPU, and all time counts.)
	 */
	async used(): Promise<Used | undefined> {
		if (this.#worker === undefined) {
			return undefined;
		}
		try {
			const [cpu, heap] = await Promise.all([this.#worker.cpuUsage?.(), this.#worker.getHeapStatistics()]);
			return {
				cpu: cpu === undefined ? steady() : (cpu.user + cpu.system) / 1000,
				outside: heap.external_memory,
			};
		} catch {
			return undefined;
		}
	}

	/** Ends it, whatever it is at. Nothing is heard of it any more. */
	end(): void {
		this.#hears = undefined;
		if (this.#worker === undefined) {
			return;
		}
		const ended = this.#worker.terminate();
		ending.add(ended);
		void ended.finally(() => ending.delete(ended));
	}
}

function threadOf(program: string, progress: Int32Array): Worker {
	return new Worker(program, {
		name: 'rules',
		workerData: { progress } satisfies ThreadData,
		env: {},
		execArgv: [],
		stdin: false,
		stdout: true,
		stderr: true,
		resourceLimits: { maxOldGenerationSizeMb: mostHeap, maxYoungGenerationSizeMb: 4 },
	});
}

function isOutOfMemory(error: unknown): boolean {
	return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function firstLine(error: unknown): string {
	return String(error).split('\n', 1)[0]?.slice(0, 200) ?? '';
}

/** The reason of an end by memory, whichever kind of it. */
export function tooMuchMemory(mebibytes: number): string {
	return `took more than ${mebibytes}MiB of memory`;
}
