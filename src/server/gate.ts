import type { Refusal } from '../base/refusal.ts';
import { isRefusal } from '../base/refusal.ts';
import { steady } from '../base/steady.ts';
import type { Addon } from '../native/addon.ts';
import type { Requested, RequestWatch } from '../policy/request-watch.ts';
import type { Context } from '../requests/context.ts';
import type { Answer, Request } from '../requests/request.ts';
import type { Dispatch } from './dispatch.ts';
import { mistake } from './guarded.ts';

export type GatePorts = {
	readonly native: Pick<Addon, 'closeLater'>;
	readonly dispatch: Dispatch;
	readonly watch: Pick<RequestWatch, 'isIdle' | 'received' | 'handled'>;
	/** Whatever has ended is settled before any request is handled. */
	readonly settle: () => void;
	readonly onFault: (fault: unknown) => void;
};

/** In front of the handlers: rules that want to see a request are asked, whoever wants to know what became of it hears. */
export class Gate implements Pick<Dispatch, 'find' | 'handle'> {
	readonly #ports: GatePorts;

	constructor(ports: GatePorts) {
		this.#ports = ports;
	}

	find(name: string): Request | undefined {
		return this.#ports.dispatch.find(name);
	}

	/** See Dispatch. A request that nobody wants to see goes straight through. */
	handle(
		request: Request | undefined,
		fields: readonly string[],
		context: Context,
	): Answer | Promise<Answer> {
		const { dispatch, watch } = this.#ports;
		if (request === undefined || watch.isIdle) {
			return dispatch.handle(request, fields, context);
		}
		const about = {
			request: request.name,
			target: targetOf(request, fields),
			uid: context.peer.uid,
			changes: request.needs === 'operate',
		};
		const since = steady();
		const asked = watch.received(about);
		const answer =
			asked === undefined
				? dispatch.handle(request, fields, context)
				: this.#ask(asked, request, fields, context);
		const told = (refused?: Refusal) => watch.handled(about, steady() - since, refused);
		return answer instanceof Promise ? answer.then((it) => telling(it, told)) : telling(answer, told);
	}

	/** Descriptors that came along wait with the request. */
	async #ask(
		asked: Promise<Refusal | undefined>,
		request: Request,
		fields: readonly string[],
		context: Context,
	): Promise<Answer> {
		const { native, dispatch, settle, onFault } = this.#ports;
		const fds = context.fds.splice(0);
		const refused = await asked.catch((fault) => mistake(fault, onFault));
		context.fds.push(...fds);
		try {
			settle();
			return refused ?? dispatch.handle(request, fields, context);
		} finally {
			if (context.fds.length > 0) {
				native.closeLater(context.fds.splice(0));
			}
		}
	}
}

/** Whom a request is for: its field called `name`. */
function targetOf({ target }: Request, fields: readonly string[]): Requested['target'] {
	return target === undefined ? undefined : fields[target + 1];
}

/** The same answer, of which is told when it is given. */
function telling(answer: Answer, told: (refused?: Refusal) => void): Answer {
	if (isRefusal(answer)) {
		told(answer);
		return answer;
	}
	if (answer.tag !== 'kept') {
		told();
		return answer;
	}
	return {
		tag: 'kept',
		begin(conn, done, taken) {
			const tell = (late?: Refusal) => {
				told(late);
				done(late);
			};
			const refused = answer.begin(conn, tell, taken);
			if (refused !== undefined) {
				told(refused);
			}
			return refused;
		},
		cancel: () => answer.cancel(),
	};
}
