import { writeSync } from 'node:fs';
import { native } from '../native/index.ts';

/** A mistake of archon's own: told, and everything goes on, also where somebody has stopped the terminal (Ctrl-S). */
export function report(fault: unknown): void {
	if (native.isStalled(2) === 1) {
		return;
	}
	const what = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
	try {
		writeSync(2, Buffer.from(`archond: ${what}\n`, 'latin1'));
	} catch {
		// Nobody reads it any more: to tell that would fail in the same way.
	}
}

/** Processes of an archond that is no more were killed: of these names. */
export function reportCleared(names: readonly string[]): void {
	if (names.length > 0) {
		report(`an archond that is no more had left processes, which were killed: ${names.join(' ')}`);
	}
}
