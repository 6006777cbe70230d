import type { Stats } from 'node:fs';
import { type Refusal, refuse } from '../base/refusal.ts';
import { stat } from '../config/disk.ts';
import type { Disk } from '../sources/files/disk.ts';
import { isGroupOfOne } from './group-of-one.ts';

/** Who archond is. */
export type Own = { readonly uid: number; readonly gid: number };

/** What stat(2) says of who may write. */
export type Written = Pick<Stats, 'uid' | 'gid' | 'mode'>;

const [groupWrites, othersWrite, sticky] = [0o020, 0o002, 0o1000];

/**
 * Whether only root and archond's own user can write rules: whoever else could would have archond run what they like,
 * as sshd's StrictModes has it. That a group may write counts as nobody where it is archond's own and nobody else is in
 * it, for a umask of 002 goes with such groups. The folders above are not looked at: who can rename what is in them
 * cannot make what root or archond's user own.
 */
export class Writers {
	readonly #disk: Disk;
	readonly #own: Own;
	readonly #etc: string;
	#isOfOne: Promise<boolean> | undefined;

	/** For one reading of a folder: what is known of the group stays. `etc`: where passwd(5) and group(5) are. */
	constructor(
		disk: Disk,
		own: Own = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 },
		etc = '/etc',
	) {
		this.#disk = disk;
		this.#own = own;
		this.#etc = etc;
	}

	/** Why the rules in a folder are not to be read; fails with an errno. Where a link leads counts. */
	async ofFolder(path: string): Promise<Refusal | undefined> {
		const found = await this.#disk.ask(path, () => stat(Buffer.from(path, 'latin1')));
		const refused = await this.of(path, found);
		// Not to be mended: it is everybody's on purpose.
		return refused !== undefined && (found.mode & sticky) !== 0
			? refuse(`${this.#about(found)}: give rules a folder of their own`)
			: refused;
	}

	/** Why a file, or folder, of this path and these rights is not to be trusted. Not while the disk is asked. */
	async of(path: string, found: Written): Promise<Refusal | undefined> {
		const { uid, gid, mode } = found;
		if (uid !== 0 && uid !== this.#own.uid) {
			return refuse(`${this.#about(found)}: chown ${this.#own.uid} ${path}`);
		}
		const byGroup = (mode & groupWrites) !== 0 && !(await this.#isOurs(gid));
		return byGroup || (mode & othersWrite) !== 0
			? refuse(`${this.#about(found)}: chmod go-w ${path}`)
			: undefined;
	}

	async #isOurs(gid: number): Promise<boolean> {
		this.#isOfOne ??= isGroupOfOne(this.#disk, this.#own, this.#etc);
		return gid === this.#own.gid && (await this.#isOfOne);
	}

	#about({ uid, gid, mode }: Written): string {
		const allowed = this.#own.uid === 0 ? 'root' : `root and uid ${this.#own.uid}`;
		const bits = (mode & 0o7777).toString(8).padStart(4, '0');
		return `others than ${allowed} may write it (owner ${uid}, group ${gid}, mode ${bits})`;
	}
}
