import { errnoText } from '../base/errno.ts';
import { isRefusal, type Refusal } from '../base/refusal.ts';
import { columnsReply, errorReply, okReply } from '../protocol/reply.ts';
import type { Answer, Followed, Request } from '../requests/request.ts';
import { guarded } from './guarded.ts';
import type { Inlet } from './inlet.ts';
import type { Keeping, Kept } from './keeping.ts';
import { type Outbox, outboxPiece } from './outbox.ts';
import { Rows } from './rows.ts';

/** Where a session stands. */
export type SessionState = {
	/** A request is in progress, or others have their turn: what the client sends waits. */
	isBusy: boolean;
	/** The connection ends when all is out. */
	isClosing: boolean;
	followed: Followed | undefined;
};

export type AnsweringPorts = {
	readonly outbox: Outbox;
	readonly inlet: Pick<Inlet, 'discard' | 'held'>;
	readonly keeping: Keeping;
	readonly state: SessionState;
	/** A request has an answer. */
	readonly answered: () => void;
	/** Another daemon is to take over, and reply here. */
	readonly replace: () => void;
	/** Sends text, and a descriptor with its first byte: 0 or -errno. */
	readonly pass: (text: string, fd: number) => number;
	/** The last reply is out: the daemon may exit. */
	readonly exit: () => void;
	readonly onFault: (fault: unknown) => void;
	/** What the client sends is taken again. */
	readonly goOn: () => void;
	/** Does something after others had their turn; meanwhile what the client sends waits. */
	readonly later: (then: () => void) => void;
};

/** How long a client may take to read the last reply of all, milliseconds. */
const lastWait = 1000;

/** Makes replies of answers, for requests whose connection ends with the daemon. */
export class Answering {
	readonly #ports: AnsweringPorts;

	constructor(ports: AnsweringPorts) {
		this.#ports = ports;
	}

	/** What kills the daemon when it is begun was not answered. */
	answer(request: Request | undefined, answer: Answer): void {
		this.#give(request, answer);
		this.#ports.answered();
	}

	#give(request: Request | undefined, answer: Answer): void {
		const { outbox, inlet, exit, replace, state } = this.#ports;
		if (isRefusal(answer)) {
			outbox.put(errorReply(answer.refused));
			return;
		}
		switch (answer.tag) {
			case 'ok':
				outbox.put(okReply);
				break;
			case 'said':
				outbox.put(answer.reply);
				break;
			case 'passed':
				state.isBusy = true;
				outbox.whenSent(() => {
					state.isBusy = false;
					this.#pass(answer);
				});
				break;
			case 'rows':
				outbox.put(columnsReply(request?.columns ?? []));
				this.#putRows(new Rows(answer.lines));
				break;
			case 'kept':
				state.isBusy = true;
				outbox.whenSent(() => this.#begin(answer));
				break;
			case 'follow':
				outbox.put(okReply);
				this.#follow(answer);
				outbox.flush();
				break;
			case 'next':
				// What was read already no other daemon would find: it was not written down.
				if (inlet.held > 0) {
					outbox.put(errorReply('nothing was exchanged: what was sent behind it could not be kept'));
					break;
				}
				state.isBusy = true;
				outbox.whenSent(replace);
				break;
			case 'last':
				state.isBusy = true;
				outbox.put(okReply);
				outbox.whenSent(exit);
				// A client that does not read its last reply keeps nobody here.
				setTimeout(exit, lastWait);
				break;
		}
	}

	/** Every earlier reply is in the kernel by now: the descriptor goes with the first byte of its own. */
	#pass({ fd, sent }: Extract<Answer, { tag: 'passed' }>): void {
		const result = this.#ports.pass(okReply, fd);
		sent();
		if (result < 0) {
			this.#ports.outbox.put(errorReply(`the descriptor could not be sent: ${errnoText(-result)}`));
		}
	}

	#follow(answer: Extract<Answer, { tag: 'follow' }>): void {
		const { inlet, outbox, state, onFault } = this.#ports;
		inlet.discard();
		const write = (text: string) => {
			outbox.put(text);
			return outbox.flush();
		};
		const followed = guarded(() => answer.begin(write), onFault);
		if (isRefusal(followed)) {
			// `Ok` is said already: the end of the connection says the rest.
			state.isClosing = true;
		} else {
			state.followed = followed;
		}
	}

	/** As many rows as fit, the next when those are sent; others have their turn in between. */
	#putRows(rows: Rows): void {
		const { outbox, state, later, onFault } = this.#ports;
		const filled = guarded(() => rows.fill(outbox, outboxPiece), onFault);
		if (filled !== 'more') {
			outbox.put(isRefusal(filled) ? errorReply(filled.refused) : okReply);
			return;
		}
		state.isBusy = true;
		outbox.whenSent(() => later(() => this.#putRows(rows)));
	}

	/** The keeper replies on the same socket: every earlier reply is in the kernel by now. */
	#begin(kept: Kept): void {
		const { keeping, state, goOn } = this.#ports;
		const over = (instead: Refusal | undefined) => {
			state.isBusy = false;
			if (instead !== undefined) {
				this.answer(undefined, instead);
			}
		};
		keeping.begin(kept, over, goOn);
	}
}
