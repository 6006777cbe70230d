import {
	closeSync,
	constants,
	existsSync,
	fdatasync,
	fdatasyncSync,
	fsync,
	openSync,
	readFileSync,
	writeSync,
} from 'node:fs';
import { join } from 'node:path';

const step = 65_536;
/** How far ahead of the numbers in use the mark is, so that a slow disk cannot be overtaken by them. */
const ahead = 16 * step;

/**
 * The high-water mark of the event numbers: a number on disk that none in use has reached. What a power loss takes
 * from the end of the journal had numbers below it, so counting goes on from the mark after one and repeats none.
 * It tells a power loss (or any reboot) by the boot id; where the system has none, it sees no reboot.
 */
export class Mark {
	readonly #fd: number;
	readonly #boot: string;
	/** Where counting must go on from; 0 unless the machine was booted since the mark was written. */
	readonly floor: number;
	#due = 0;
	#syncing = false;
	#closed = false;

	/** Opens or makes the file `seq` in the directory. Throws what the system says. */
	constructor(directory: string) {
		const file = join(directory, 'seq');
		const made = !existsSync(file);
		this.#fd = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
		this.#boot = bootId();
		const found = /^(\d{16}) (\S*)\n/.exec(readFileSync(file, 'latin1'));
		this.floor = found !== null && found[2] !== this.#boot ? Number(found[1]) : 0;
		if (made) {
			syncDirectory(directory);
		}
		if (this.floor > 0) {
			// Once a boot, before anything is served: no number may be given out on the old mark's account.
			this.#write(this.floor);
			fdatasyncSync(this.#fd);
		}
	}

	/** To be called with each number given out; every 65 536 of them the mark moves on, synced beside the loop. */
	reached(seq: number): void {
		if (seq >= this.#due) {
			this.#due = seq + step;
			try {
				this.#write(seq);
				this.#sync();
			} catch {
				// A full disk: the old mark is good for 15 more steps, and the next step tries again.
			}
		}
	}

	close(): void {
		if (!this.#closed && !this.#syncing) {
			closeSync(this.#fd);
		}
		this.#closed = true;
	}

	/** One sector, always as long, so it is replaced whole. */
	#write(seq: number): void {
		writeSync(this.#fd, `${String(seq + ahead).padStart(16, '0')} ${this.#boot}\n`, 0, 'latin1');
	}

	#sync(): void {
		if (this.#syncing) {
			return;
		}
		this.#syncing = true;
		// Not at once: the threads it is done by are made then, and a daemon that comes up answers first.
		setImmediate(() =>
			fdatasync(this.#fd, () => {
				this.#syncing = false;
				if (this.#closed) {
					closeSync(this.#fd);
				}
			}),
		);
	}
}

function bootId(): string {
	try {
		return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
	} catch {
		return '-';
	}
}

/** A new file's name is on disk only when its directory is. */
function syncDirectory(directory: string): void {
	const fd = openSync(directory, 'r');
	fsync(fd, () => closeSync(fd));
}
