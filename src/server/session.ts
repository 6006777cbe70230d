/**
 * One connection: records in, requests one after another, replies out in the same order. Reading stops while a request is in progress or a reply does not fit into the socket. Replies are collected and sent
 * when there is no further record at hand, so that a client that pipelines costs one send per read.
 */

import { isRefusal } from '../base/refusal.ts';
import { epoll } from '../native/poller.ts';
import { type Frame, lostDescriptor } from '../protocol/frame.ts';
import type { Answer, Request } from '../requests/request.ts';
import type { Begun } from '../supervisor/book/page.ts';
import { Answering, type SessionState } from './answering.ts';
import { type AskedFor, askedFor, isCarried } from './asked-for.ts';
import { badBecause } from './bad-frame.ts';
import { Carrying } from './carrying.ts';
import { guarded, mistake } from './guarded.ts';
import { Inlet } from './inlet.ts';
import { Keeping } from './keeping.ts';
import { Outbox, outboxPiece } from './outbox.ts';
import { SessionContext } from './session-context.ts';
import type { SessionFrom, SessionPorts } from './session-ports.ts';

const watched = epoll.in | epoll.rdhup | epoll.edge;

/** What is done in one go before others have their turn: bytes read, and what a record costs. */
const [turn, recordCost] = [262_144, 1024];

/** What may have ended the daemons before this one is not tried again. */
const tooDangerous =
	'archond failed again and again while this was to be carried out, and is in safe mode: it had no effect';

export class Session {
	readonly #ports: SessionPorts;
	readonly #fd: number;
	readonly #token: number;
	readonly #inlet: Inlet;
	readonly #outbox: Outbox;
	readonly #state: SessionState = { isBusy: false, isClosing: false, followed: undefined };
	readonly #context: SessionContext;
	/** What is in progress does nothing but wait. */
	#onlyWaits = false;
	#isGone = false;
	#closed = false;
	readonly #keeping: Keeping;
	readonly #answering: Answering;
	/** Undefined: the connection ends with the daemon. */
	readonly #carrying: Carrying | undefined;
	/** What was carried has its reply. */
	readonly #replied = () => this.#goOn(() => this.#inlet.replied());
	/** The first request of a connection that was taken back, to be carried out as if it had just come. */
	#first: Frame | undefined;

	constructor(ports: SessionPorts, fd: number, { holding, read, saidFirst = '' }: SessionFrom) {
		this.#ports = ports;
		this.#fd = fd;
		this.#inlet = new Inlet(ports.native, fd, holding && { holding, worth: ports.worth }, read);
		this.#context = new SessionContext(ports, fd);
		this.#keeping = new Keeping(ports, fd, holding?.conn);
		this.#token = ports.poller.watch(fd, watched, (events) => this.#ready(events));
		const wantsRoom = (isWanted: boolean) =>
			ports.poller.change(fd, this.#token, isWanted ? watched | epoll.out : watched);
		const loosely = (request: Request | undefined, answer: Answer) =>
			this.#later(() => {
				this.#inlet.loosen();
				this.#answering.answer(request, answer);
			});
		this.#carrying = holding && new Carrying(ports, holding, { wantsRoom: () => wantsRoom(true), loosely });
		// What a client was told of is written down: it holds whatever happens next.
		this.#outbox = new Outbox(ports.native, fd, wantsRoom, () => ports.shared.batch.flush());
		this.#answering = new Answering({
			...{ outbox: this.#outbox, inlet: this.#inlet, keeping: this.#keeping, state: this.#state },
			...{ exit: ports.exit, answered: ports.answered, onFault: ports.onFault },
			replace: () => ports.replace(fd, this.#keeping.conn),
			pass: (text, passed) => ports.native.sendDescriptor(fd, text, passed),
			goOn: () => this.work(),
			later: (then) => this.#later(then),
		});
		this.#outbox.put(saidFirst);
	}

	/**
	 * Goes on with the request that was in flight when a daemon died; `begun`: what is known of it. One that had no effect
	 * yet waits for `work`, as if it had just come.
	 */
	resume(number: number, begun: Begun | undefined): void {
		const frame = this.#inlet.next();
		const asked = frame?.tag === 'record' ? askedFor(frame, this.#ports.dispatch) : undefined;
		this.#context.asked = { number, begun };
		const isAnswered =
			this.#carrying?.resume(asked, this.#context, this.#replied) ||
			(this.#ports.isSafe && this.#carrying?.refuse(tooDangerous, this.#replied));
		if (isAnswered === true) {
			this.#state.isBusy = true;
			this.#onlyWaits = asked?.request?.onlyWaits ?? false;
			// Whoever has them will not be given them again, or not by this daemon.
			this.#ports.native.closeLater(frame?.fds.filter((fd) => fd !== lostDescriptor) ?? []);
		} else {
			this.#first = frame;
		}
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
		if (this.#isGone && (this.#state.followed !== undefined || (this.#onlyWaits && this.#inlet.isOver()))) {
			this.#close();
		}
	}

	/** The one place where records are taken. */
	#takeAll(): void {
		let left = turn;
		while (!this.#closed && !this.#state.isBusy && !this.#outbox.isFull) {
			const isOver = this.#state.isClosing || this.#state.followed !== undefined;
			const frame = isOver ? undefined : this.#inlet.next();
			if (frame !== undefined) {
				this.#take(frame);
				left -= recordCost;
				if (this.#outbox.size >= outboxPiece) {
					this.#outbox.flush();
				}
			} else if (this.#state.isClosing || this.#inlet.hasEnded) {
				this.#finish();
				return;
			} else if (!this.#inlet.isReadable) {
				if (this.#outbox.flush() && this.#state.followed === undefined) {
					this.#inlet.settle();
				}
				return;
			} else {
				left -= this.#inlet.read();
			}
			if (left <= 0 && !this.#state.isBusy) {
				this.#later(() => {});
			}
		}
	}

	#ready(events: number): void {
		if ((events & epoll.out) !== 0 && this.#outbox.resume()) {
			this.#state.followed?.drained();
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
			this.#answering.answer(undefined, { refused: badBecause(frame) });
			this.#state.isClosing = frame.tag === 'long';
		}
		if (fds.length > 0) {
			this.#ports.native.closeLater(fds);
		}
	}

	#request(frame: Extract<Frame, { tag: 'record' }>, fds: number[]): void {
		const { dispatch, settle, onFault } = this.#ports;
		settle();
		const asked = askedFor(frame, dispatch);
		if (isCarried(asked.request) && this.#inlet.isWrittenDown) {
			this.#carry(asked, fds.splice(0));
			return;
		}
		this.#inlet.loosen();
		const { fields, request } = asked;
		if (isRefusal(fields)) {
			this.#answering.answer(undefined, fields);
			return;
		}
		this.#context.asked = undefined;
		this.#context.fds = fds;
		const answer = guarded(() => dispatch.handle(request, fields, this.#context), onFault);
		if (answer instanceof Promise) {
			this.#state.isBusy = true;
			this.#onlyWaits = request?.onlyWaits ?? false;
			const sound = answer.catch((fault) => mistake(fault, onFault));
			sound.then((it) => this.#goOn(() => this.#answering.answer(request, it)));
		} else {
			this.#answering.answer(request, answer);
		}
	}

	/** It begins when every earlier reply is in the kernel; the keeper replies on the same socket. */
	#carry(asked: AskedFor, fds: number[]): void {
		this.#state.isBusy = true;
		this.#onlyWaits = asked.request?.onlyWaits ?? false;
		this.#outbox.whenSent(() => {
			this.#ports.settle();
			this.#context.asked = { number: this.#inlet.begin(), begun: undefined };
			this.#context.fds = fds;
			this.#carrying?.begin(asked, this.#context, this.#replied);
			if (fds.length > 0) {
				this.#ports.native.closeLater(fds);
			}
		});
	}

	#goOn(then: () => void): void {
		this.#state.isBusy = false;
		this.#onlyWaits = false;
		if (!this.#closed) {
			then();
			this.work();
		}
	}

	#later(then: () => void): void {
		this.#state.isBusy = true;
		setImmediate(() => this.#goOn(then));
	}

	/** Nothing more will come: what was cut off is told, and when all is out it is over. */
	#finish(): void {
		const cut = this.#state.isClosing || this.#state.followed !== undefined ? undefined : this.#inlet.rest();
		if (cut !== undefined) {
			this.#take(cut);
		}
		// A half-close does not end what is followed; EPOLLHUP does.
		if (this.#state.followed === undefined) {
			this.#outbox.whenSent(() => this.#close());
		}
	}

	#close(): void {
		if (!this.#closed) {
			this.#closed = true;
			this.#state.followed?.stop();
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
