import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { native } from '../native.ts';
import { names, type Place, type Supervisor } from './supervisor.ts';

/** A supervisor of others, and the file without which it is not there. */
export type Peer = Supervisor & { readonly program: string };

const peersDirectory = join(import.meta.dirname, '../build/peers');

/** Where bench/install.sh puts a file of a peer. */
export function installed(...path: readonly string[]): string {
	return join(peersDirectory, ...path);
}

/** A directory of service directories whose `run` is the service itself: no shell stands between. */
export async function scanDirectory(place: Place): Promise<string> {
	const scan = join(place.directory, 'scan');
	for (const name of names(place.count)) {
		await mkdir(join(scan, name), { recursive: true });
		await symlink(native('service'), join(scan, name, 'run'));
	}
	return scan;
}
