import { errnoText } from '../../base/errno.ts';

/** The address a check was answered from. */
export type Peer = { readonly address: string; readonly port: number };

/** What became of one try: why it is not good, or from where it was answered where that is known. */
export type Tried = { readonly bad: string } | { readonly bad?: undefined; readonly peer?: Peer | undefined };

/** What a connection that came to nothing says, latin1 in one line. */
export function connectText(error: unknown): string {
	const { errors, errno, message } = error as { errors?: unknown[]; errno?: unknown; message?: unknown };
	const [first] = errors ?? [];
	if (first !== undefined) {
		// A name with several addresses: none of them answered.
		return connectText(first);
	}
	if (typeof errno === 'number' && errno < 0) {
		return errnoText(errno);
	}
	return Buffer.from(String(message).split('\n', 1)[0] ?? '', 'utf8').toString('latin1', 0, 200);
}
