/**
 * One connection: records in, requests one after another, replies out in the same order. Reading stops while a request is in progress or a reply does not fit into the socket. Replies are collected and sent
 * when there is no further record at hand, so that a client that pipelines costs one send per read.
 */

import { errnoText } from '../base/errno.ts';
import { isRefusal, type Refusal } from '../base/refusal.ts';
import { epoll } from '../native/poller.ts';
import { type Frame, lostDescriptor } from '../protocol/frame.ts';
import { parseRecord } from '../protocol/record.ts';
import { columnsReply, errorReply, okReply } from '../protocol/reply.ts';
import type { Answer, Followed, Request } from '../requests/request.ts';
import { badBecause } from './bad-frame.ts';
import { guarded, mistake } from './guarded.ts';
import { Inlet } from './inlet.ts';
import { Keeping, type Kept } from './keeping.ts';
import { Outbox, outboxPiece } from './outbox.ts';
import { Rows } from './rows.ts';
import { SessionContext } from './session-context.ts';
import type { SessionPorts } from './session-ports.ts';

const watched = epoll.in | epoll.rdhup | epoll.edge;

/** What is done in one go before others have their turn: bytes read, and what a record costs. */
const [turn, recordCost] = [262_144, 1024];

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
	#followed: Followed | undefined;

	constructor(ports: SessionPorts, fd: number, saidFirst = '') {
		this.#ports = ports;
		this.#fd = fd;
		this.#inlet = new Inlet(ports.native, fd);
		this.#context = new SessionContext(ports, fd);
		this.#keeping = new Keeping(ports, fd);
		this.#token = ports.poller.watch(fd, watched, (events) => this.#ready(events));
		const { batch } = ports.shared;
		this.#outbox = new Outbox(
			ports.native,
			fd,
			(isFull) => ports.poller.change(fd, this.#token, isFull ? watched | epoll.out : watched),
			// What a client was told of is written down: it holds whatever happens next.
			() => batch.flush(),
		);
		this.#outbox.put(saidFirst);
	}

	/** Goes on as far as it can. */
	work(): void {
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
				this.#outbox.flush();
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
		if (isRefusal(fields)) {
			this.#answer(undefined, fields);
			return;
		}
		const request = dispatch.find(fields[0] ?? '');
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

	#goOn(then: () => void): void {
		this.#busy = false;
		this.#onlyWaits = false;
		if (!this.#closed) {
			then();
			this.work();
		}
	}

	#answer(request: Request | undefined, answer: Answer): void {
		this.#ports.answered();
		if (isRefusal(answer)) {
			this.#outbox.put(errorReply(answer.refused));
			return;
		}
		switch (answer.tag) {
			case 'ok':
				this.#outbox.put(okReply);
				break;
			case 'passed':
				this.#busy = true;
				this.#outbox.whenSent(() => {
					this.#busy = false;
					this.#pass(answer);
				});
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
			case 'next':
				this.#busy = true;
				this.#outbox.whenSent(() => this.#ports.replace(this.#fd));
				break;
			case 'last':
				this.#busy = true;
				this.#outbox.put(okReply);
				this.#outbox.whenSent(() => this.#ports.exit());
				setTimeout(() => this.#ports.exit(), lastWait);
				break;
		}
	}

	/** Every earlier reply is in the kernel by now: the descriptor goes with the first byte of its own. */
	#pass({ fd, sent }: Extract<Answer, { tag: 'passed' }>): void {
		const result = this.#ports.native.sendDescriptor(this.#fd, okReply, fd);
		sent();
		if (result < 0) {
			this.#outbox.put(errorReply(`the descriptor could not be sent: ${errnoText(-result)}`));
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
			const { native, poller, closed } = this.#ports;
			poller.unwatch(this.#fd, this.#token);
			// The keeper may hold a copy, which a close alone would leave open.
			native.hangUp(this.#fd);
			native.close(this.#fd);
			closed(this, this.#keeping.conn);
		}
	}
}
