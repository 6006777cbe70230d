import { errnoText } from './errno.ts';
import { steady } from './steady.ts';

/** How long nothing more is said of the same file, milliseconds. */
const quiet = 60_000;

/** Why a file cannot be written and what to do; undefined where that is not what a fault says. */
export function troubleWith(path: string, fault: unknown): string | undefined {
	const { errno, code } = (fault ?? {}) as NodeJS.ErrnoException;
	if (errno === undefined) {
		return undefined;
	}
	const isFull = code === 'ENOSPC' || code === 'EDQUOT';
	return `${path} cannot be written: ${errnoText(errno)}${isFull ? ', make room there' : ''}`;
}

/** Tells of a file that cannot be written, with what that costs, in one line a minute at most; of any other fault as it is. */
export function tellTrouble(
	path: string,
	cost: string,
	tell: (fault: unknown) => void,
	now = steady,
): (fault: unknown) => void {
	let told = Number.NEGATIVE_INFINITY;
	return (fault) => {
		const trouble = troubleWith(path, fault);
		if (trouble === undefined) {
			tell(fault);
		} else if (now() - told >= quiet) {
			told = now();
			tell(`${trouble}; ${cost}`);
		}
	};
}
