import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const size = 4096;

/**
 * What archon-binder has in mind (native/binder.h): a file without a name in that folder, filled, so that there is room
 * when it is written. `whose` is how it was called. Undefined where there is no room.
 */
export function makeMind(folder: string, whose: string): number | undefined {
	const path = join(folder, `binder-${whose}`);
	try {
		const fd = openSync(path, 'w+', 0o600);
		unlinkSync(path);
		return fill(fd) ? fd : undefined;
	} catch {
		return undefined;
	}
}

function fill(fd: number): boolean {
	try {
		return writeSync(fd, Buffer.alloc(size)) === size;
	} catch {
		closeSync(fd);
		return false;
	}
}
