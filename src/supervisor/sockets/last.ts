/** A process that has a socket, or has accepted from it, and the number of the start that it is of. */
export type Taker = { readonly pid: number; readonly start: number };

/**
 * What `Sockets` shows as `last`: the pid of who accepted last, as far as that was seen; `given:PID` of the process that
 * got the socket last where nobody was, or none of those who have it now. `isThere`: whether a start has its process.
 */
export function lastText(
	{ given, accepted }: { readonly given: Iterable<Taker>; readonly accepted: Taker | undefined },
	isThere: (start: number) => boolean,
): number | string {
	const [newest] = [...given].sort((one, other) => other.start - one.start);
	const isCurrent =
		accepted !== undefined &&
		(newest === undefined || newest.start <= accepted.start || isThere(accepted.start));
	if (isCurrent) {
		return accepted.pid;
	}
	return newest === undefined ? '-' : `given:${newest.pid}`;
}
