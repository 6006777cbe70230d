import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';

const names = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));

/** Where Node has no text, or one that differs from strerror(3) in what starting a process may meet. */
const texts: Record<string, string> = {
	EBADMSG: 'bad message',
	EBUSY: 'device or resource busy',
	ECHILD: 'no child processes',
	EDQUOT: 'disk quota exceeded',
	EEXIST: 'file exists',
	EFAULT: 'bad address',
	EINPROGRESS: 'operation now in progress',
	EISDIR: 'is a directory',
	ELIBBAD: 'accessing a corrupted shared library',
	ELOOP: 'too many levels of symbolic links',
	ENAMETOOLONG: 'file name too long',
	ENFILE: 'too many open files in system',
	ENOLCK: 'no locks available',
	ENOMEM: 'cannot allocate memory',
	ENOTCONN: 'not connected',
	ESPIPE: 'illegal seek',
	ESTALE: 'stale file handle',
	ETXTBSY: 'text file busy',
	EXDEV: 'invalid cross-device link',
};

/** `ENOENT` for 2 or -2; the number where it has no name. */
export function errnoName(number: number): string {
	const positive = Math.abs(number);
	return names.get(positive) ?? getSystemErrorMap().get(-positive)?.[0] ?? String(positive);
}

/** `no such file or directory` for 2 or -2: what strerror(3) says, in lower case. */
export function errnoText(number: number): string {
	const name = errnoName(number);
	return texts[name] ?? getSystemErrorMap().get(-Math.abs(number))?.[1] ?? `error ${name}`;
}

/** Whether a result is -errno that says no more than that memory or descriptors are short: what was asked is not known. */
export function isShortage(result: number): boolean {
	return result < 0 && ['EMFILE', 'ENFILE', 'ENOMEM'].includes(errnoName(result));
}
