import { lstatSync } from 'node:fs';
import { type Address, isAbstract } from '../../service/address.ts';
import type { Socket } from './shelf.ts';

const nowhere = 'nowhere';

/**
 * What a path leads to, by which it is known again: a socket keeps the inode that it is bound to. `nowhere`: to nothing;
 * empty where there is no path, or nobody can tell.
 */
export function placeAt(address: Address): string {
	if (address.tag !== 'unix' || isAbstract(address)) {
		return '';
	}
	try {
		const { dev, ino } = lstatSync(Buffer.from(address.path, 'latin1'), { bigint: true });
		return `${dev}:${ino}`;
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		return code === 'ENOENT' || code === 'ENOTDIR' ? nowhere : '';
	}
}

/** Whether somebody has removed what it was bound to, so that nobody can connect any more. */
export function isCutOff({ address, place }: Pick<Socket, 'address' | 'place'>): boolean {
	const now = placeAt(address);
	return place !== '' && now !== '' && (now === nowhere || now !== place);
}
