import { isRefusal, type Refusal } from '../base/refusal.ts';
import type { Answer } from '../requests/request.ts';
import { guarded } from './guarded.ts';
import type { SessionPorts } from './session-ports.ts';

/** An answer that the keeper gives. */
export type Kept = Extract<Answer, { tag: 'kept' }>;

/** Has the keeper answer on a connection, which it gets when that is first wanted. */
export class Keeping {
	readonly #ports: Pick<SessionPorts, 'keep' | 'onFault'>;
	readonly #fd: number;
	/** The keeper's number of this connection, -1 while it needs none. */
	#conn = -1;

	constructor(ports: Pick<SessionPorts, 'keep' | 'onFault'>, fd: number, conn = -1) {
		this.#ports = ports;
		this.#fd = fd;
		this.#conn = conn;
	}

	get conn(): number {
		return this.#conn;
	}

	/**
	 * `over` is called once the keeper has replied, or with what is to be told instead; and then, unless that was so at
	 * once and the caller goes on anyway, `goOn`.
	 */
	begin(kept: Kept, over: (instead: Refusal | undefined) => void, goOn: () => void): void {
		let isBegun = false;
		const refused = this.#ask(kept, (instead) => {
			over(instead);
			if (isBegun) {
				goOn();
			}
		});
		if (refused !== undefined) {
			over(refused);
		}
		isBegun = true;
	}

	/** Refused: it was not begun. */
	#ask(kept: Kept, done: (refused?: Refusal) => void): Refusal | undefined {
		if (this.#conn < 0) {
			const conn = this.#ports.keep(this.#fd);
			if (isRefusal(conn)) {
				kept.cancel();
				return conn;
			}
			this.#conn = conn;
		}
		return guarded(() => kept.begin(this.#conn, done, () => {}), this.#ports.onFault);
	}
}
