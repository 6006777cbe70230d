/**
 * One connection: records in, requests one after another, replies out in the same order.
 *
 * Reading stops while a request is in progress or a reply does not fit into the socket. Replies are collected and sent
 * when there is no further record at hand, so that a client that pipelines costs one send per read.
 */

import { isRefusal, type Refusal } from '../base/refusal.ts';
import { epoll } from '../native/poller.ts';
import { type Frame, lostDescriptor } from '../protocol/frame.ts';
import { parseRecord } from '../protocol/record.ts';
import { columnsReply, errorReply, okReply } from '../protocol/reply.ts';
import type { Answer, Followed, Request } from '../requests/request.ts';
import type { Begun } from '../supervisor/book/page.ts';
import { badBecause } from './bad-frame.ts';
import { Carrying } from './carrying.ts';
import { guarded, mistake } from './guarded.ts';
import type { Holding } from './holding.ts';
import { Inlet, type Read } from './inlet.ts';
import { Keeping, type Kept } from './keeping.ts';
import { Outbox, outboxPiece } from './outbox.ts';
import { Rows } from './rows.ts';
import { SessionContext } from './session-context.ts';
import type { SessionPorts } from './session-ports.ts';

const watched = epoll.in | epoll.rdhup | epoll.edge;

/** What is done in one go before others have their turn: bytes read, and what a record costs. */
const turn = 262_144;
const recordCost = 1024;

/** How long a client may take to read the last reply of all, milliseconds. */
const lastWait = 1000;

export class Session {
	readonly #ports: SessionPorts;
	readonly #fd: number;
	readonly #token: number;
	readonly #inlet: Inlet;
	readonly #outbox: Outbox;
	/** A request is in progress, or others have their turn: what the client sends waits. */
	#busy = false;
	readonly #context: SessionContext;
	/** What is in progress does nothing but wait. */
	#onlyWaits = false;
	#isGone = false;
	#closing = false;
	#closed = false;
	readonly #keeping: Keeping;
	/** Undefined: the connection ends with the daemon. */
	readonly #carrying: Carrying | undefined;
	#followed: Followed | undefined;
	/** The first request of a connection that was taken back, to be carried out as if it had just come. */
	#first: Frame | undefined;

	/** `holding`: the connection as the keeper has it; `read`: what a daemon before had taken of it. */
	constructor(ports: SessionPorts, fd: number, holding?: Holding, read?: readonly Read[]) {
		this.#ports = ports;
		this.#fd = fd;
		this.#inlet = new Inlet(ports.native, fd, holding && { holding, worth: ports.worth }, read);
		this.#context = new SessionContext(ports, fd);
		this.#keeping = new Keeping(ports, fd, holding?.conn);
		this.#token = ports.poller.watch(fd, watched, (events) => this.#ready(events));
		const wantsRoom = (isWanted: boolean) =>
			ports.poller.change(fd, this.#token, isWanted ? watched | epoll.out : watched);
		this.#carrying = holding && new Carrying(ports, holding, () => wantsRoom(true));
		this.#outbox = new Outbox(ports.native, fd, wantsRoom);
	}

	/**
	 * Goes on with the request that was in flight when a daemon died; `begun`: what is known of it. One that had no effect
	 * yet waits for `work`, as if it had just come.
	 */
	resume(number: number, begun: Begun | undefined): void {
		const frame = this.#inlet.next();
		const fields = frame?.tag === 'record' ? parseRecord(frame.text, frame.quoted) : [];
		const request = isRefusal(fields) ? undefined : this.#ports.dispatch.find(fields[0] ?? '');
		this.#context.asked = { number, begun };
		const answer = guarded(
			() => (isRefusal(fields) ? undefined : request?.resume(fields.slice(1), this.#context)),
			this.#ports.onFault,
		);
		if (answer === undefined) {
			this.#first = frame;
			return;
		}
		this.#busy = true;
		this.#onlyWaits = request?.onlyWaits ?? false;
		this.#carrying?.carryOut(
			() => answer,
			() => this.#goOn(() => this.#inlet.replied()),
		);
	}

	/** Goes on as far as it can. */
	work(): void {
		const first = this.#first;
		if (first !== undefined) {
			this.#first = undefined;
			this.#take(first);
		}
		this.#takeAll();
		// What only waits, or follows, is of no use to a client that is gone.
		if (this.#isGone && (this.#followed !== undefined || (this.#onlyWaits && this.#inlet.isOver()))) {
			this.#close();
		}
	}

	/** The one place where records are taken. */
	#takeAll(): void {
		let left = turn;
		while (!this.#closed && !this.#busy && !this.#outbox.isFull) {
			const isOver = this.#closing || this.#followed !== undefined;
			const frame = isOver ? undefined : this.#inlet.next();
			if (frame !== undefined) {
				this.#take(frame);
				left -= recordCost;
				if (this.#outbox.size >= outboxPiece) {
					this.#outbox.flush();
				}
			} else if (this.#closing || this.#inlet.hasEnded) {
				this.#finish();
				return;
			} else if (!this.#inlet.isReadable) {
				if (this.#outbox.flush() && this.#followed === undefined) {
					this.#inlet.settle();
				}
				return;
			} else {
				left -= this.#inlet.read();
			}
			if (left <= 0 && !this.#busy) {
				this.#later(() => {});
			}
		}
	}

	#ready(events: number): void {
		if ((events & epoll.out) !== 0 && this.#outbox.resume()) {
			this.#followed?.drained();
		}
		this.#carrying?.writable();
		this.#inlet.note(events);
		this.#isGone ||= (events & (epoll.hup | epoll.err)) !== 0;
		this.work();
	}

	/** Descriptors that the request takes are taken out of `fds`; the others are closed here. */
	#take(frame: Frame): void {
		const fds = frame.fds.length === 0 ? [] : frame.fds.filter((fd) => fd !== lostDescriptor);
		if (frame.tag === 'record' && fds.length === frame.fds.length) {
			this.#request(frame, fds);
		} else {
			this.#inlet.loosen();
			this.#answer(undefined, { refused: badBecause(frame) });
			this.#closing = frame.tag === 'long';
		}
		if (fds.length > 0) {
			this.#ports.native.closeLater(fds);
		}
	}

	#request(frame: Extract<Frame, { tag: 'record' }>, fds: number[]): void {
		const { dispatch, settle, onFault } = this.#ports;
		settle();
		const fields = parseRecord(frame.text, frame.quoted);
		const request = isRefusal(fields) ? undefined : dispatch.find(fields[0] ?? '');
		if (!isRefusal(fields) && request?.outlives && this.#inlet.isWrittenDown) {
			this.#carry(request, fields, fds.splice(0));
			return;
		}
		this.#inlet.loosen();
		if (isRefusal(fields)) {
			this.#answer(undefined, fields);
			return;
		}
		this.#context.asked = undefined;
		this.#context.fds = fds;
		const answer = guarded(() => dispatch.handle(request, fields, this.#context), onFault);
		if (answer instanceof Promise) {
			this.#busy = true;
			this.#onlyWaits = request?.onlyWaits ?? false;
			const sound = answer.catch((fault) => mistake(fault, onFault));
			sound.then((it) => this.#goOn(() => this.#answer(request, it)));
		} else {
			this.#answer(request, answer);
		}
	}

	/** It begins when every earlier reply is in the kernel; the keeper replies on the same socket. */
	#carry(request: Request, fields: readonly string[], fds: number[]): void {
		this.#busy = true;
		this.#onlyWaits = request.onlyWaits;
		this.#outbox.whenSent(() => {
			this.#context.asked = { number: this.#inlet.begin(), begun: undefined };
			this.#context.fds = fds;
			this.#carrying?.carryOut(
				() => this.#ports.dispatch.handle(request, fields, this.#context),
				() => this.#goOn(() => this.#inlet.replied()),
			);
			if (fds.length > 0) {
				this.#ports.native.closeLater(fds);
			}
		});
	}

	#goOn(then: () => void): void {
		this.#busy = false;
		this.#onlyWaits = false;
		if (!this.#closed) {
			then();
			this.work();
		}
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
				this.#putRows(new Rows(answer.lines));
				break;
			case 'kept':
				this.#busy = true;
				this.#outbox.whenSent(() => this.#begin(answer));
				break;
			case 'follow':
				this.#outbox.put(okReply);
				this.#inlet.discard();
				this.#follow(answer);
				this.#outbox.flush();
				break;
			case 'last':
				this.#busy = true;
				this.#outbox.put(okReply);
				this.#outbox.whenSent(() => this.#ports.exit());
				// A client that does not read its last reply keeps nobody here.
				setTimeout(() => this.#ports.exit(), lastWait);
				break;
		}
	}

	#follow(answer: Extract<Answer, { tag: 'follow' }>): void {
		const write = (text: string) => {
			this.#outbox.put(text);
			return this.#outbox.flush();
		};
		const followed = guarded(() => answer.begin(write), this.#ports.onFault);
		if (isRefusal(followed)) {
			// `Ok` is said already: the end of the connection says the rest.
			this.#closing = true;
		} else {
			this.#followed = followed;
		}
	}

	/** As many rows as fit, the next when those are sent; others have their turn in between. */
	#putRows(rows: Rows): void {
		const filled = guarded(() => rows.fill(this.#outbox, outboxPiece), this.#ports.onFault);
		if (filled !== 'more') {
			this.#outbox.put(isRefusal(filled) ? errorReply(filled.refused) : okReply);
			return;
		}
		this.#busy = true;
		this.#outbox.whenSent(() => this.#later(() => this.#putRows(rows)));
	}

	#later(then: () => void): void {
		this.#busy = true;
		setImmediate(() => this.#goOn(then));
	}

	/** The keeper replies on the same socket: every earlier reply is in the kernel by now. */
	#begin(kept: Kept): void {
		const over = (instead: Refusal | undefined) => {
			this.#busy = false;
			if (instead !== undefined) {
				this.#answer(undefined, instead);
			}
		};
		this.#keeping.begin(kept, over, () => this.work());
	}

	/** Nothing more will come: what was cut off is told, and when all is out it is over. */
	#finish(): void {
		const cut = this.#closing || this.#followed !== undefined ? undefined : this.#inlet.rest();
		if (cut !== undefined) {
			this.#take(cut);
		}
		// A half-close does not end what is followed; EPOLLHUP does.
		if (this.#followed === undefined) {
			this.#outbox.whenSent(() => this.#close());
		}
	}

	#close(): void {
		if (!this.#closed) {
			this.#closed = true;
			this.#followed?.stop();
			this.#carrying?.end();
			const { native, poller, closed } = this.#ports;
			poller.unwatch(this.#fd, this.#token);
			// The keeper may hold a copy, which a close alone would leave open.
			native.hangUp(this.#fd);
			native.close(this.#fd);
			closed(this, this.#keeping.conn);
		}
	}
}
