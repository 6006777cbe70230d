import fs from 'node:fs';
import path from 'node:path';
import { NoDaemonError } from './errors.ts';

/**
 * Where the daemon is, as archonctl finds it: `$ARCHON_SOCKET`, else `/run/archon/archon.sock` for root and
 * `$XDG_RUNTIME_DIR/archon/archon.sock` for others, without that variable below `/tmp/archon-UID`, if that is ours.
 */
export function socketPath(env = process.env, uid = process.geteuid?.() ?? 0): string {
	const chosen = env['ARCHON_SOCKET'];
	if (chosen) {
		return path.resolve(chosen);
	}
	if (uid === 0) {
		return '/run/archon/archon.sock';
	}
	const runtime = env['XDG_RUNTIME_DIR'];
	if (runtime?.startsWith('/')) {
		return path.join(runtime, 'archon/archon.sock');
	}
	return path.join(ours(`/tmp/archon-${uid}`, uid), 'archon/archon.sock');
}

/** Whoever comes first can make a folder in /tmp: one that others own or can write to is not trusted. */
function ours(folder: string, uid: number): string {
	const found = fs.lstatSync(folder, { throwIfNoEntry: false });
	if (found !== undefined && !(found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0)) {
		throw new NoDaemonError('EPERM', folder, 'the folder of the socket belongs to somebody else');
	}
	return folder;
}
