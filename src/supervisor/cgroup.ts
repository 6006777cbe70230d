import { errnoName } from '../base/errno.ts';
import type { Addon } from '../native/addon.ts';
import { epoll, type Poller } from '../native/poller.ts';
import * as files from './cgroup-files.ts';

/**
 * A control group (cgroup v2, cgroups(7)): a directory of the kernel's, in which a process and all it starts are,
 * whatever they do about session, group or parent. Whoever made a group below it is in it too.
 */
export class Cgroup {
	readonly path: string;
	/** Files of limits that were written, or may have been. */
	readonly #limited = new Set<string>();
	#isMade = false;
	#isFrozen = false;
	#isKilled = false;

	constructor(path: string) {
		this.path = path;
	}

	/**
	 * Makes the directory if it is not there, and thaws it: 0 or -errno. One that was killed, or may have been, is made
	 * anew where nothing is in it: since 6.14, and in stable branches, Linux holds how often a group was killed against
	 * how often the group of the forking process was, and kills what is born into it (CLONE_INTO_CGROUP) where they differ.
	 */
	make(): number {
		if (this.#isKilled && this.remove()) {
			this.#isMade = false;
		}
		if (!this.#isMade) {
			const err = this.#makeDirectory();
			if (err < 0 && errnoName(err) !== 'EEXIST') {
				return err;
			}
			this.#isMade = true;
			this.#isKilled = false;
			this.#isFrozen = err < 0;
			this.#limited.clear();
			for (const file of err < 0 ? limitFiles : []) {
				this.#limited.add(file);
			}
		}
		if (this.#isFrozen) {
			this.thaw();
		}
		return 0;
	}

	/** A descriptor to be born into it with, or -errno. Made anew if somebody removed it. */
	open(): number {
		const fd = files.openDirectory(this.path);
		if (fd >= 0 || errnoName(fd) !== 'ENOENT') {
			return fd;
		}
		files.makeDirectory(this.path);
		return files.openDirectory(this.path);
	}

	/** Whether memory may run out in it alone. */
	get isBounded(): boolean {
		return this.#limited.has('memory.max');
	}

	/** Writes a limit; Infinity and undefined: none. Whether the kernel took it. */
	limit(file: (typeof limitFiles)[number], most: number | undefined): boolean {
		if (most === undefined && !this.#limited.has(file)) {
			return true;
		}
		const isTaken = this.write(
			file,
			most === undefined || most === Number.POSITIVE_INFINITY ? 'max' : String(most),
		);
		if (most === undefined) {
			// Where there is no such file there is no such limit.
			this.#limited.delete(file);
			return true;
		}
		this.#limited.add(file);
		return isTaken;
	}

	/** Whether a process is in it or below; zombies do not count. */
	isPopulated(): boolean {
		return /^populated 1$/m.test(this.read('cgroup.events') ?? '');
	}

	/** The processes in it and below. */
	pids(): number[] {
		return this.isPopulated() ? [this.path, ...files.directoriesBelow(this.path)].flatMap(pidsIn) : [];
	}

	/** Ends all of it at once (cgroup.kill, Linux 5.14), what is being forked included. */
	kill(): void {
		this.#isKilled = true;
		this.write('cgroup.kill', '1');
	}

	/** Whether the kernel took it. A frozen process gets no signal but KILL until it is thawed. */
	freeze(): boolean {
		this.#isFrozen = true;
		return this.write('cgroup.freeze', '1');
	}

	thaw(): boolean {
		this.#isFrozen = false;
		return this.write('cgroup.freeze', '0');
	}

	/** Resolves when no process is left in it, or with false after `most` milliseconds. */
	whenEmpty(native: Pick<Addon, 'close'>, poller: Poller, most: number): Promise<boolean> {
		return new Promise((resolve) => {
			const fd = files.open(`${this.path}/cgroup.events`);
			if (fd < 0 || !this.isPopulated()) {
				if (fd >= 0) {
					native.close(fd);
				}
				resolve(true);
				return;
			}
			const finish = (isEmpty: boolean) => {
				clearTimeout(timer);
				poller.unwatch(fd, token);
				native.close(fd);
				resolve(isEmpty);
			};
			const timer = setTimeout(() => finish(!this.isPopulated()), most);
			// PRI holds for a descriptor until it reads. This one never does, so a change before the watch is told too.
			const token = poller.watch(fd, epoll.pri | epoll.edge, () => this.isPopulated() || finish(true));
		});
	}

	/** Whether it is gone, and what was below it. Nothing is removed as long as a process is in it. */
	remove(): boolean {
		if (this.isPopulated()) {
			return false;
		}
		const err = files.removeDirectories(this.path);
		return err === 0 || errnoName(err) === 'ENOENT';
	}

	/** The names of the groups in it. */
	groups(): string[] {
		return files.directoriesIn(this.path);
	}

	#makeDirectory(): number {
		const err = files.makeDirectory(this.path);
		return errnoName(err) === 'EEXIST' && this.remove() ? files.makeDirectory(this.path) : err;
	}

	/** The contents of one of its files; undefined when there is none. */
	read(file: string): string | undefined {
		return files.read(`${this.path}/${file}`);
	}

	/** Whether the kernel took it. */
	write(file: string, text: string): boolean {
		return files.write(`${this.path}/${file}`, text);
	}
}

const limitFiles = ['memory.max', 'pids.max'] as const;

function pidsIn(path: string): number[] {
	return (files.read(`${path}/cgroup.procs`) ?? '').split('\n').filter(Boolean).map(Number);
}
