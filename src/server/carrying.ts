import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import { boundedError, okReply } from '../protocol/reply.ts';
import type { Context } from '../requests/context.ts';
import type { Answer, Request } from '../requests/request.ts';
import type { AskedFor } from './asked-for.ts';
import type { Dispatch } from './dispatch.ts';
import { guarded, mistake } from './guarded.ts';
import type { Holding } from './holding.ts';
import { inOne } from './in-one.ts';
import type { Kept } from './keeping.ts';
import type { Replies } from './replies.ts';

export type CarryingPorts = {
	readonly dispatch: Pick<Dispatch, 'handle'>;
	readonly replies: Pick<Replies, 'send' | 'again' | 'forget'>;
	/** Another daemon is to take over, and finds that request in flight. */
	readonly exchange: (request: number) => void;
	/** A request has an answer. */
	readonly answered: () => void;
	readonly onFault: (fault: unknown) => void;
};

/** The other side of it. */
export type CarryingSession = {
	/** `writable` is to be called when the client has read something. */
	readonly wantsRoom: () => void;
	/** The keeper cannot send this: it is for the session to give, on a connection that ends with the daemon until it is out. */
	readonly loosely: (request: Request | undefined, answer: Answer) => void;
};

/** Carries out the requests of one connection that outlive the daemon: the keeper sends the reply of each. */
export class Carrying {
	readonly #ports: CarryingPorts;
	readonly #holding: Holding;
	readonly #session: CarryingSession;
	#isFull = false;
	#isOver = false;

	constructor(ports: CarryingPorts, holding: Holding, session: CarryingSession) {
		this.#ports = ports;
		this.#holding = holding;
		this.#session = session;
	}

	/** Carries out a request; `over` is called once its reply is out: never from within. */
	begin({ fields, request }: AskedFor, context: Context, over: () => void): void {
		const act = () => (isRefusal(fields) ? fields : this.#ports.dispatch.handle(request, fields, context));
		this.#goOn(request, guarded(act, this.#ports.onFault), over);
	}

	/** The same for one that a daemon that died had begun; false where it had no effect yet. */
	resume(asked: AskedFor | undefined, context: Context, over: () => void): boolean {
		const { fields, request } = asked ?? {};
		const answer = guarded(
			() =>
				fields === undefined || isRefusal(fields) ? undefined : request?.resume(fields.slice(1), context),
			this.#ports.onFault,
		);
		if (answer !== undefined) {
			this.#goOn(request, answer, over);
		}
		return answer !== undefined;
	}

	/** Replies to one that a daemon that died had begun, and that is not to be carried out again. */
	refuse(reason: string, over: () => void): true {
		this.#answer(undefined, refuse(reason), over);
		return true;
	}

	#goOn(request: Request | undefined, answer: Answer | Promise<Answer>, over: () => void): void {
		if (answer instanceof Promise) {
			const sound = answer.catch((fault) => mistake(fault, this.#ports.onFault));
			void sound.then((it) => this.#answer(request, it, over));
		} else {
			this.#answer(request, answer, over);
		}
	}

	/** There may be room for a reply that found none. */
	writable(): void {
		if (this.#isFull) {
			this.#isFull = false;
			this.#ports.replies.again(this.#holding.conn);
		}
	}

	/** The connection is gone: nothing is replied any more. */
	end(): void {
		this.#isOver = true;
		this.#ports.replies.forget(this.#holding.conn);
	}

	/** What kills the daemon when it is begun was not answered. */
	#answer(request: Request | undefined, answer: Answer, over: () => void): void {
		this.#give(request, answer, over);
		this.#ports.answered();
	}

	#give(request: Request | undefined, answer: Answer, over: () => void): void {
		if (isRefusal(answer)) {
			this.#reply(boundedError(answer.refused), over);
			return;
		}
		switch (answer.tag) {
			case 'ok':
				this.#reply(okReply, over);
				break;
			case 'said':
				this.#reply(answer.reply, over);
				break;
			case 'kept':
				this.#begin(answer, over);
				break;
			case 'rows':
				this.#rows(request, answer, over);
				break;
			case 'next':
				this.#ports.exchange(answer.request ?? 0);
				break;
			default:
				this.#loosely(request, answer);
		}
	}

	#rows(request: Request | undefined, answer: Extract<Answer, { tag: 'rows' }>, over: () => void): void {
		const all = guarded(() => inOne(request?.columns ?? [], answer), this.#ports.onFault);
		if (typeof all === 'string') {
			this.#reply(all, over);
		} else if (isRefusal(all)) {
			this.#reply(boundedError(all.refused), over);
		} else {
			this.#loosely(request, all);
		}
	}

	#loosely(request: Request | undefined, answer: Answer): void {
		if (!this.#isOver) {
			this.#session.loosely(request, answer);
		}
	}

	/** The keeper sends its reply when the process ends; where there is none it is told why. */
	#begin(kept: Kept, over: () => void): void {
		if (this.#isOver) {
			kept.cancel();
			return;
		}
		let isOver = false;
		const done = (instead?: Refusal) => {
			isOver = true;
			if (instead === undefined) {
				over();
			} else {
				this.#reply(boundedError(instead.refused), over);
			}
		};
		// What is in flight after it has descriptors of its own.
		const taken = () => !isOver && this.#holding.handedOn();
		const refused = guarded(() => kept.begin(this.#holding.conn, done, taken), this.#ports.onFault);
		if (refused !== undefined) {
			done(refused);
		}
	}

	#reply(text: string, sent: () => void): void {
		if (!this.#isOver) {
			const full = () => {
				this.#isFull = true;
				this.#session.wantsRoom();
			};
			this.#ports.replies.send(this.#holding.conn, { text, sent, full });
		}
	}
}
