/** The daemon refused what was asked: `reason` is its one line, which names what was wrong and, where there is one, the remedy. */
export class ArchonError extends Error {
	override readonly name = 'ArchonError';
	/** The request as it is called on the wire: `Stop`. */
	readonly request: string;
	readonly reason: string;

	constructor(request: string, reason: string) {
		super(`${request}: ${reason}`);
		this.request = request;
		this.reason = reason;
	}
}

/**
 * No daemon answers, or the connection ended before it had. `code` is what the system says: `ENOENT`, `ECONNREFUSED` or
 * `EACCES` when there is none to reach, `ECONNRESET` when the connection ended without an answer, `EPIPE` when it had
 * ended before anything was asked; `EPROTO` when what answers is no daemon of archon.
 */
export class NoDaemonError extends Error {
	override readonly name = 'NoDaemonError';
	readonly code: string;
	/** The path that was tried. */
	readonly socket: string;

	constructor(code: string, socket: string, what: string, options?: ErrorOptions) {
		super(`${what} (${socket}, ${code})`, options);
		this.code = code;
		this.socket = socket;
	}
}
