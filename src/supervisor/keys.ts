import { pushTo } from '../base/map-of-lists.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import { boundedError, exitStatusReply } from '../protocol/reply.ts';
import type { Keyed, KeysFile } from './keys-file.ts';

export type KeysPorts = {
	readonly file: Pick<KeysFile, 'read' | 'write'>;
	/** The newest and the oldest event that the journal has. */
	readonly journal: { readonly newest: number; readonly oldest: number };
	/** A number for a request that has none. */
	readonly nextRequest: () => number;
	readonly onFault: (fault: unknown) => void;
};

/** How many keys are known at once, and how long one may be, bytes. */
export const [mostKeys, longestKey] = [16_384, 256];

/** What is to be done about a request with a key. */
export type Known =
	| Refusal
	/** It is the first one: it is carried out, under this number. */
	| { readonly tag: 'first'; readonly request: number }
	/** It is a repetition: this is the final reply of the first one. */
	| { readonly tag: 'again'; readonly reply: Promise<string> };

/**
 * Requests that are safe to repeat (`ARCHON_KEY`). A key is written down before anything is started because of it, its
 * reply before it is sent; in between the process or its entry carries the number of the request. A key is known for as
 * long as the journal has what was told when it ended.
 */
export class Keys {
	readonly #ports: KeysPorts;
	readonly #known: Map<string, Keyed>;
	/** Those without a reply, by their numbers. */
	readonly #open = new Map<number, string>();
	readonly #waiting = new Map<string, ((reply: string) => void)[]>();

	constructor(ports: KeysPorts) {
		this.#ports = ports;
		this.#known = ports.file.read();
		for (const { key, request, reply } of this.#known.values()) {
			if (reply === undefined) {
				this.#open.set(request, key);
			}
		}
	}

	/** `number`: of the request, where it has one already; `of`: all that makes it another request than another one. */
	ask(key: string, of: readonly string[], number: number | undefined): Known {
		if (key === '' || key.length > longestKey) {
			return refuse(`ARCHON_KEY is 1 to ${longestKey} bytes long, not ${key.length}`);
		}
		const known = this.#lookUp(key);
		const print = printOf(of);
		if (known === undefined) {
			return this.#begin({ key, print, request: number ?? this.#ports.nextRequest() });
		}
		if (known.print !== print) {
			return refuse(`ARCHON_KEY=${key} was given to another request`);
		}
		if (known.request === number && known.reply === undefined) {
			return { tag: 'first', request: number };
		}
		return { tag: 'again', reply: this.#replyOf(known) };
	}

	/** The final reply of a request is known: it is written down before it is sent. Others may have no key. */
	settle(request: number, reply: string): void {
		const key = this.#open.get(request);
		const known = key === undefined ? undefined : this.#known.get(key);
		if (key === undefined || known === undefined) {
			return;
		}
		this.#open.delete(request);
		this.#known.delete(key);
		const settled = { ...known, reply, seq: this.#ports.journal.newest };
		this.#known.set(key, settled);
		this.#write(settled);
		for (const tell of this.#waiting.get(key) ?? []) {
			tell(reply);
		}
		this.#waiting.delete(key);
	}

	/** It was not begun, for a reason that is none of its own: whoever asked for it may ask again. */
	drop(request: number): void {
		this.#forget(this.#open.get(request) ?? '');
	}

	/** Whether the number is that of a request with a key and without a reply. */
	isOpen(request: number): boolean {
		return this.#open.has(request);
	}

	/**
	 * After a daemon died: `goesOn` says whether a request had any effect, and sees to it that it is settled. What had none
	 * is forgotten: whoever asked for it asks again.
	 */
	recover(goesOn: (request: number) => boolean): void {
		for (const [request, key] of [...this.#open]) {
			if (!goesOn(request)) {
				this.#forget(key);
			}
		}
	}

	#begin(keyed: Keyed): Known {
		if (this.#known.size >= mostKeys && !this.#makeRoom()) {
			return refuse(`as many as ${mostKeys} requests with an ARCHON_KEY are in flight`);
		}
		this.#known.set(keyed.key, keyed);
		if (!this.#write(keyed)) {
			this.#known.delete(keyed.key);
			return refuse('ARCHON_KEY cannot be written down, so the request would not be safe to repeat');
		}
		this.#open.set(keyed.request, keyed.key);
		return { tag: 'first', request: keyed.request };
	}

	#lookUp(key: string): Keyed | undefined {
		const known = this.#known.get(key);
		if (known?.seq !== undefined && known.seq < this.#ports.journal.oldest) {
			this.#forget(key);
			return undefined;
		}
		return known;
	}

	#replyOf({ key, reply }: Keyed): Promise<string> {
		if (reply !== undefined) {
			return Promise.resolve(reply);
		}
		return new Promise((resolve) => pushTo(this.#waiting, key, resolve));
	}

	/** Forgets the one that has had its reply for the longest time. */
	#makeRoom(): boolean {
		for (const { key, reply } of this.#known.values()) {
			if (reply !== undefined) {
				this.#forget(key);
				return true;
			}
		}
		return false;
	}

	#forget(key: string): void {
		const known = this.#known.get(key);
		if (known !== undefined) {
			this.#known.delete(key);
			this.#open.delete(known.request);
			this.#write(known);
		}
	}

	#write(keyed: Keyed): boolean {
		try {
			this.#ports.file.write(keyed, this.#known);
			return true;
		} catch (fault) {
			this.#ports.onFault(fault);
			return false;
		}
	}
}

/** The final reply of a `Run` that ended with a wait status; -1: nobody saw it. */
export function replyToEnd(status: number): string {
	if (status < 0) {
		return boundedError('it ended while no archond was there to see how');
	}
	const signal = status & 0x7f;
	return exitStatusReply(signal === 0 ? (status >> 8) & 0xff : 128 + signal);
}

/** The settings of a request are not to be read where keys are written down. */
function printOf(of: readonly string[]): string {
	// Loaded only here: it takes a start 5 ms.
	const { createHash } = process.getBuiltinModule('node:crypto');
	return createHash('sha256').update(JSON.stringify(of)).digest('base64url').slice(0, 22);
}
