/**
 * One connection: bytes in, records, requests one after another, replies out in the same order.
 *
 * It is edge-triggered: an event only notes that there may be something to read, and reading stops while a request is
 * in progress or a reply does not fit into the socket, so what the client sends meanwhile waits in the kernel. Replies
 * are collected and sent when there is no further record at hand, so that a pipelining client costs one send per read.
 */

import { isRefusal, type Refusal } from '../base/refusal.ts';
import { epoll, type Poller } from '../native/poller.ts';
import type { Addon } from '../native/addon.ts';
import { type Frame, Framer } from '../protocol/frame.ts';
import { parseRecord } from '../protocol/record.ts';
import { columnsReply, errorReply, okReply } from '../protocol/reply.ts';
import type { Context } from '../requests/context.ts';
import type { Answer, Followed, Request } from '../requests/request.ts';
import type { Dispatch } from './dispatch.ts';
import { Outbox } from './outbox.ts';
import { Rows } from './rows.ts';

export type SessionPorts = {
	readonly native: Addon;
	readonly poller: Poller;
	readonly dispatch: Dispatch;
	/** What a request on this connection may use. */
	readonly contextOf: (fd: number, fds: number[]) => Context;
	/** Whatever has ended is settled before any request is handled. */
	readonly settle: () => void;
	/** Has the keeper know the connection; its number there, or a refusal. */
	readonly keep: (fd: number) => number | Refusal;
	readonly closed: (session: Session, conn: number) => void;
	/** The last reply is out: the daemon may exit. */
	readonly exit: () => void;
	readonly onFault: (fault: unknown) => void;
};

const watched = epoll.in | epoll.rdhup | epoll.edge;
const eagain = -11;
/** Bytes read in one go before others have their turn. */
const turn = 262_144;
const outMost = 65_536;

type Kept = Extract<Answer, { tag: 'kept' }>;

export class Session {
	readonly #ports: SessionPorts;
	readonly #fd: number;
	readonly #token: number;
	readonly #framer = new Framer();
	readonly #outbox: Outbox;
	#busy = false;
	#blocked = false;
	#readable = true;
	#ended = false;
	#hungUp = false;
	#closed = false;
	#closing = false;
	#conn = -1;
	#rows: Rows | undefined;
	#kept: Kept | undefined;
	#followed: Followed | undefined;

	constructor(ports: SessionPorts, fd: number) {
		this.#ports = ports;
		this.#fd = fd;
		this.#outbox = new Outbox(ports.native, fd);
		this.#token = ports.poller.watch(fd, watched, (events) => this.#ready(events));
	}

	#ready(events: number): void {
		if ((events & epoll.out) !== 0) {
			this.#drained();
		}
		if ((events & ~epoll.out) !== 0) {
			this.#readable = true;
			this.#hungUp ||= (events & (epoll.hup | epoll.err | epoll.rdhup)) !== 0;
			if (this.#followed !== undefined && (events & (epoll.hup | epoll.err)) !== 0) {
				this.#close();
				return;
			}
		}
		this.work();
	}

	/** Goes on as far as it can: the one place where records are taken. */
	work(): void {
		let taken = 0;
		while (!this.#closed && !this.#busy && !this.#blocked) {
			const frame = this.#closing || this.#followed !== undefined ? undefined : this.#framer.next();
			if (frame !== undefined) {
				this.#take(frame);
				if (this.#outbox.size >= outMost) {
					this.#flush();
				}
			} else if (this.#ended || this.#closing) {
				this.#finish();
			} else if (!this.#readable) {
				this.#flush();
				return;
			} else if (taken >= turn) {
				setImmediate(() => this.work());
				return;
			} else {
				taken += this.#read();
			}
		}
	}

	#read(): number {
		const { native } = this.#ports;
		const bytes = native.receive(this.#fd);
		if (bytes <= 0) {
			this.#readable = false;
			this.#ended = bytes !== eagain;
			return 0;
		}
		const count = native.passed[0] ?? 0;
		const fds = count > 0 ? Array.from(native.passed.subarray(1, count + 1)) : none;
		// A read that left room has emptied the socket, unless it stopped behind descriptors or the end is near.
		this.#readable = bytes === native.inbox.length || count !== 0 || this.#hungUp;
		if (this.#followed !== undefined) {
			native.closeLater(fds);
		} else if (count < 0) {
			this.#framer.push(native.inbox.toString('latin1', 0, bytes), [-1]);
		} else {
			this.#framer.push(native.inbox.toString('latin1', 0, bytes), fds);
		}
		return bytes;
	}

	#take(frame: Frame): void {
		const fds = frame.fds.length === 0 ? [] : frame.fds.filter((fd) => fd >= 0);
		if (frame.tag === 'record' && fds.length === frame.fds.length) {
			const fields = parseRecord(frame.text, frame.quoted);
			if (isRefusal(fields)) {
				this.#answer(undefined, fields);
			} else {
				this.#request(fields, fds);
			}
		} else {
			this.#answer(undefined, { refused: badBecause(frame) });
			this.#closing = frame.tag === 'long';
		}
		if (fds.length > 0) {
			this.#ports.native.closeLater(fds);
		}
	}

	/** Descriptors that the request takes are taken out of `fds`; the others are closed by the caller. */
	#request(fields: readonly string[], fds: number[]): void {
		const { dispatch, contextOf, settle } = this.#ports;
		settle();
		const request = dispatch.find(fields[0] ?? '');
		try {
			const answer = dispatch.handle(request, fields, contextOf(this.#fd, fds));
			if (!(answer instanceof Promise)) {
				this.#answer(request, answer);
				return;
			}
			this.#busy = true;
			answer.then(
				(it) => this.#late(request, it),
				(fault) => this.#late(request, this.#fault(fault)),
			);
		} catch (fault) {
			this.#answer(request, this.#fault(fault));
		}
	}

	#late(request: Request | undefined, answer: Answer): void {
		this.#busy = false;
		this.#answer(request, answer);
		this.work();
	}

	#fault(fault: unknown): Refusal {
		this.#ports.onFault(fault);
		return { refused: `archon made a mistake: ${fault instanceof Error ? fault.message : String(fault)}` };
	}

	#answer(request: Request | undefined, answer: Answer): void {
		if (isRefusal(answer)) {
			this.#outbox.put(errorReply(answer.refused));
			return;
		}
		switch (answer.tag) {
			case 'ok':
				this.#outbox.put(okReply);
				break;
			case 'rows':
				this.#outbox.put(columnsReply(request?.columns ?? []));
				this.#rows = new Rows(answer.lines);
				this.#busy = true;
				this.#moreRows();
				break;
			case 'kept':
				this.#kept = answer;
				this.#busy = true;
				this.#beginKept();
				break;
			case 'follow':
				this.#outbox.put(okReply);
				this.#followed = answer.begin((text) => this.#write(text));
				this.#flush();
				break;
			case 'last':
				this.#outbox.put(okReply);
				this.#flush();
				this.#ports.exit();
				break;
		}
	}

	#moreRows(): void {
		const state = this.#rows?.fill(this.#outbox, outMost);
		if (state === 'more') {
			if (this.#flush()) {
				setImmediate(() => {
					this.#moreRows();
					this.work();
				});
			}
			return;
		}
		this.#rows = undefined;
		this.#busy = false;
		this.#outbox.put(okReply);
	}

	/** The keeper replies on the same socket, so every earlier reply must be in the kernel first. */
	#beginKept(): void {
		const kept = this.#kept;
		if (kept === undefined || !this.#flush()) {
			return;
		}
		this.#kept = undefined;
		if (this.#conn < 0) {
			const conn = this.#ports.keep(this.#fd);
			if (isRefusal(conn)) {
				this.#late(undefined, conn);
				return;
			}
			this.#conn = conn;
		}
		let now = true;
		const refused = kept.begin(this.#conn, (late) => {
			this.#busy = false;
			if (late !== undefined) {
				this.#answer(undefined, late);
			}
			if (!now) {
				this.work();
			}
		});
		now = false;
		if (refused !== undefined) {
			this.#busy = false;
			this.#answer(undefined, refused);
		}
	}

	#write(text: string): boolean {
		this.#outbox.put(text);
		return this.#flush();
	}

	/** True when all is out; otherwise the rest goes when the socket has room again. */
	#flush(): boolean {
		if (!this.#blocked && !this.#outbox.flush()) {
			this.#blocked = true;
			this.#ports.poller.change(this.#fd, this.#token, watched | epoll.out);
		}
		return !this.#blocked;
	}

	#drained(): void {
		if (!this.#blocked || !this.#outbox.flush()) {
			return;
		}
		this.#blocked = false;
		this.#ports.poller.change(this.#fd, this.#token, watched);
		this.#followed?.drained();
		if (this.#rows !== undefined) {
			this.#moreRows();
		}
		this.#beginKept();
	}

	/** Nothing more will come: what was cut off is told, and when all is out it is over. */
	#finish(): void {
		const cut = this.#closing || this.#followed !== undefined ? undefined : this.#framer.end();
		if (cut !== undefined) {
			this.#take(cut);
		}
		if (this.#followed === undefined && this.#flush()) {
			this.#close();
		} else if (this.#followed !== undefined) {
			// A half-close does not end what is followed; EPOLLHUP does.
			this.#ended = false;
			this.#readable = false;
		}
	}

	#close(): void {
		if (this.#closed) {
			return;
		}
		this.#closed = true;
		this.#followed?.stop();
		const { native, poller, closed } = this.#ports;
		poller.unwatch(this.#fd, this.#token);
		// The keeper may hold a copy, which a close alone would leave open.
		native.hangUp(this.#fd);
		native.close(this.#fd);
		closed(this, this.#conn);
	}
}

const none: readonly number[] = [];

function badBecause(frame: Frame): string {
	switch (frame.tag) {
		case 'bad':
			return frame.why;
		case 'long':
			return 'the record is longer than 1 MiB: the connection is closed';
		case 'record':
			return 'more descriptors came along than can be taken: they were closed';
	}
}
