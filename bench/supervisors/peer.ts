import { mkdir, symlink, writeFile } from 'node:fs/promises';
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

/** A directory of service directories whose `run` is the service itself, or a shell script that becomes it. */
export async function scanDirectory(place: Place, run: 'program' | 'script'): Promise<string> {
	const scan = join(place.directory, 'scan');
	for (const name of names(place.count)) {
		const file = join(scan, name, 'run');
		await mkdir(join(scan, name), { recursive: true });
		if (run === 'program') {
			await symlink(native('service'), file);
		} else {
			await writeFile(file, `#!/bin/sh\nexec ${native('service')} ${name} ${place.stamps}\n`, {
				mode: 0o755,
			});
		}
	}
	return scan;
}
