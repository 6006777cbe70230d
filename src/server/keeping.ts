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

	constructor(ports: Pick<SessionPorts, 'keep' | 'onFault'>, fd: number) {
		this.#ports = ports;
		this.#fd = fd;
	}

	get conn(): number {
		return this.#conn;
	}

	/** `done` is called once the keeper has replied, or with what is to be told instead; refused: it was not begun. */
	begin(kept: Kept, done: (refused?: Refusal) => void): Refusal | undefined {
		if (this.#conn < 0) {
			const conn = this.#ports.keep(this.#fd);
			if (isRefusal(conn)) {
				kept.cancel();
				return conn;
			}
			this.#conn = conn;
		}
		return guarded(() => kept.begin(this.#conn, done), this.#ports.onFault);
	}
}
