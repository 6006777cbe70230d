import { resolve } from 'node:path/posix';
import { type Address, formatAddress, parseSocket } from '../service/address.ts';
import { type Reader, word } from './reader.ts';

/** An address that archon binds for a service; a path may be relative to the folder of the file. */
export const socket: Reader<Address> = word(
	'"tcp:HOST:PORT", "udp:HOST:PORT" or "unix:PATH"',
	(given, at) => parseSocket(given.startsWith('unix:') ? `unix:${pathOf(given, at.folder)}` : given),
	formatAddress,
);

function pathOf(given: string, folder: string): string {
	const path = given.slice('unix:'.length);
	return path === '' ? '' : resolve(folder, path);
}
