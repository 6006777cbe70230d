import { writeSync } from 'node:fs';
import { constants } from 'node:os';
import { native } from '../native/index.ts';

/** What a pipe takes whole where there is room in it at all (PIPE_BUF, pipe(7)). */
const most = 4096;
/** How long somebody who reads slowly is waited for, milliseconds; then what comes is left out until there is room. */
const patience = 500;

let left = 0;

/**
 * Tells somebody on standard error, and everything goes on: also where a terminal was stopped (Ctrl-S), or where whoever
 * reads a pipe does not. What was left out is counted, and that is told once there is room.
 */
export function report(fault: unknown): void {
	const what = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
	const missed = left;
	if (
		missed > 0 &&
		write(`${missed} lines are missing here, for nobody read them; archonctl events has what happened`)
	) {
		left -= missed;
	}
	if (!write(what)) {
		left++;
	}
}

/** False where there is no room. */
function write(line: string): boolean {
	const bytes = Buffer.from(`archond: ${line}\n`, 'latin1');
	for (let at = 0; at < bytes.length; at += most) {
		const part = bytes.subarray(at, at + most);
		const written = native.writeWithin(2, left === 0 ? patience : 0, part);
		if (written === -constants.errno.EAGAIN) {
			return false;
		}
		if (written < 0 && !(written === -constants.errno.ENOTSUP && isWritten(part))) {
			return true; // Nobody reads it any more: to tell that would fail in the same way.
		}
	}
	return true;
}

function isWritten(bytes: Uint8Array): boolean {
	try {
		writeSync(2, bytes);
		return true;
	} catch {
		return false;
	}
}

/** Processes of an archond that is no more were killed: of these names. */
export function reportCleared(names: readonly string[]): void {
	if (names.length > 0) {
		report(`an archond that is no more had left processes, which were killed: ${names.join(' ')}`);
	}
}
