import { chmodSync, statSync } from 'node:fs';

/** A folder that services of other users have to reach into: only what is ours and shut is opened, and only to pass through. */
export function letThrough(directory: string): void {
	const { mode, uid } = statSync(directory);
	if ((mode & 0o001) === 0 && uid === process.geteuid?.()) {
		chmodSync(directory, (mode & 0o7777) | 0o011);
	}
}
