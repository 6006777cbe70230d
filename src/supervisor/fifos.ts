import { closeSync, constants, fstatSync, openSync, unlinkSync } from 'node:fs';
import { errnoText } from '../base/errno.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import type { Addon } from '../native/addon.ts';

/** Whom FIFOs belong to, so that the process may open them again as /dev/stdout. */
export type Owner = { readonly uid: number; readonly gid: number };

/** The daemon's user. */
const ourselves: Owner = { uid: -1, gid: -1 };

const eperm = -1;
const eexist = -17;

/** Makes FIFOs at these paths and opens their read ends; or says why not, and then there are none. */
export function openFifos(
	native: Pick<Addon, 'mkfifo'>,
	paths: readonly [string, string],
	owner: Owner = ourselves,
): [number, number] | Refusal {
	const fds: number[] = [];
	try {
		for (const path of paths) {
			make(native, path, owner);
			fds.push(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
		}
	} catch (error) {
		for (const path of paths.slice(0, fds.length + 1)) {
			removeIfPossible(path);
		}
		for (const fd of fds) {
			closeSync(fd);
		}
		return refuse(`cannot make a pipe for its output: ${(error as Error).message}`);
	}
	const [out = -1, err = -1] = fds;
	return [out, err];
}

/** Opens the read ends of FIFOs that are there, and says whose they are; undefined when they are not. */
export function reopenFifos(
	paths: readonly [string, string],
): { readonly fds: readonly [number, number]; readonly owner: Owner | undefined } | undefined {
	const fds: number[] = [];
	try {
		for (const path of paths) {
			fds.push(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
		}
		const { uid, gid } = fstatSync(fds[0] as number);
		const isOurs = uid === process.geteuid?.() && gid === process.getegid?.();
		return { fds: [fds[0] as number, fds[1] as number], owner: isOurs ? undefined : { uid, gid } };
	} catch {
		for (const fd of fds) {
			closeSync(fd);
		}
		return undefined;
	}
}

function make(native: Pick<Addon, 'mkfifo'>, path: string, { uid, gid }: Owner): void {
	let result = native.mkfifo(path, uid, gid);
	if (result === eexist) {
		// Left by an archond that was killed in the same run directory.
		unlinkSync(path);
		result = native.mkfifo(path, uid, gid);
	}
	if (result === eperm && uid !== ourselves.uid) {
		throw new Error(`only root may give it to user ${uid}`);
	}
	if (result < 0) {
		throw new Error(`mkfifo ${path}: ${errnoText(-result)}`);
	}
}

function removeIfPossible(path: string): void {
	try {
		unlinkSync(path);
	} catch {
		// It was not made, or is none of ours: the reason that is told is another.
	}
}
