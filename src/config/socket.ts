import { resolve } from 'node:path/posix';
import { isRefusal, refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import { type Address, formatAddress, isAbstract, parseSocket } from '../service/address.ts';
import { type Reader, word } from './reader.ts';

/** An address that archon binds for a service; a path may be relative to the folder of the file. */
export function socket(platform: NodeJS.Platform = process.platform): Reader<Address> {
	return word(
		'"tcp:HOST:PORT", "udp:HOST:PORT" or "unix:PATH"',
		(given, at) => {
			const address = parseSocket(given.startsWith('unix:') ? `unix:${pathOf(given, at.folder)}` : given);
			const isOfLinux = address !== undefined && !isRefusal(address) && isAbstract(address);
			return isOfLinux && platform !== 'linux'
				? refuse(
						`${shown(given)}: an abstract socket is of Linux alone; for a file of that name write unix:./${given.slice('unix:'.length)}`,
					)
				: address;
		},
		formatAddress,
	);
}

function pathOf(given: string, folder: string): string {
	const path = given.slice('unix:'.length);
	return path === '' || path.startsWith('@') ? path : resolve(folder, path);
}
