import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import { boundedError, okReply } from '../protocol/reply.ts';
import type { Context } from '../requests/context.ts';
import type { Answer, Request } from '../requests/request.ts';
import type { Dispatch } from './dispatch.ts';
import { guarded, mistake } from './guarded.ts';
import type { Holding } from './holding.ts';
import type { Kept } from './keeping.ts';
import type { Replies } from './replies.ts';

export type CarryingPorts = {
	readonly dispatch: Pick<Dispatch, 'handle'>;
	readonly replies: Pick<Replies, 'send' | 'again' | 'forget'>;
	/** A request has an answer. */
	readonly answered: () => void;
	readonly onFault: (fault: unknown) => void;
};

/** What a record asks for. */
export type AskedFor = {
	readonly fields: readonly string[] | Refusal;
	readonly request: Request | undefined;
};

/** Carries out the requests of one connection that outlive the daemon: the keeper sends the reply of each. */
export class Carrying {
	readonly #ports: CarryingPorts;
	readonly #holding: Holding;
	/** Asks to be told by `writable` that the client has read something. */
	readonly #onFull: () => void;
	#isFull = false;
	#isOver = false;

	constructor(ports: CarryingPorts, holding: Holding, onFull: () => void) {
		this.#ports = ports;
		this.#holding = holding;
		this.#onFull = onFull;
	}

	/** Carries out a request; `over` is called once its reply is out: never from within. */
	begin({ fields, request }: AskedFor, context: Context, over: () => void): void {
		const act = () => (isRefusal(fields) ? fields : this.#ports.dispatch.handle(request, fields, context));
		this.#goOn(guarded(act, this.#ports.onFault), over);
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
			this.#goOn(answer, over);
		}
		return answer !== undefined;
	}

	/** Replies to one that a daemon that died had begun, and that is not to be carried out again. */
	refuse(reason: string, over: () => void): true {
		this.#answer(refuse(reason), over);
		return true;
	}

	#goOn(answer: Answer | Promise<Answer>, over: () => void): void {
		if (answer instanceof Promise) {
			const sound = answer.catch((fault) => mistake(fault, this.#ports.onFault));
			void sound.then((it) => this.#answer(it, over));
		} else {
			this.#answer(answer, over);
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
	#answer(answer: Answer, over: () => void): void {
		this.#give(answer, over);
		this.#ports.answered();
	}

	#give(answer: Answer, over: () => void): void {
		if (isRefusal(answer)) {
			this.#reply(boundedError(answer.refused), over);
		} else if (answer.tag === 'kept') {
			this.#begin(answer, over);
		} else {
			this.#reply(answer.tag === 'said' ? answer.reply : okReply, over);
		}
	}

	/** The keeper sends its reply when the process ends; where there is none it is told why. */
	#begin(kept: Kept, over: () => void): void {
		if (this.#isOver) {
			kept.cancel();
			return;
		}
		const refused = guarded(
			() =>
				kept.begin(this.#holding.conn, (instead) => {
					if (instead === undefined) {
						over();
					} else {
						this.#reply(boundedError(instead.refused), over);
					}
				}),
			this.#ports.onFault,
		);
		if (refused === undefined) {
			this.#holding.handedOn();
		} else {
			this.#reply(boundedError(refused.refused), over);
		}
	}

	#reply(text: string, sent: () => void): void {
		if (!this.#isOver) {
			const full = () => {
				this.#isFull = true;
				this.#onFull();
			};
			this.#ports.replies.send(this.#holding.conn, { text, sent, full });
		}
	}
}
