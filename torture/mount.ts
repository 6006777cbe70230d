import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** A mount that never answers; undefined where the system does not let us (no FUSE, not root). */
export class Mount {
	readonly path: string;
	readonly #holder: ChildProcess;

	private constructor(path: string, holder: ChildProcess) {
		this.path = path;
		this.#holder = holder;
	}

	static async on(path: string): Promise<Mount | undefined> {
		mkdirSync(path);
		const holder = spawn('python3', [join(import.meta.dirname, 'hung.py'), path], {
			stdio: ['ignore', 'pipe', 'ignore'],
		});
		const isThere = await Promise.race([
			once(holder.stdout, 'data').then(() => true),
			once(holder, 'exit').then(() => false),
			once(holder, 'error').then(() => false),
		]);
		return isThere ? new Mount(path, holder) : undefined;
	}

	/** Whoever hangs in it is let go, then it is taken away. */
	async end(): Promise<void> {
		this.#holder.kill('SIGKILL');
		await once(this.#holder, 'exit');
		spawnSync('umount', ['-l', this.path], { stdio: 'ignore' });
	}
}
