import { errnoName, errnoText } from '../base/errno.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import type { Addon, UserEntry } from '../native/addon.ts';

type Native = Pick<Addon, 'lookupUser' | 'lookupGroup'>;

/** How long an answer is waited for, milliseconds: a directory server may be away. */
const patience = 5000;

const late = Symbol('late');

type Begin<Answer> = (told: (answer: Answer) => void) => number;

/**
 * Asks the system for users and groups. One question at a time is on its way, so that a directory server that does not
 * answer holds one thread; who waits behind it is refused after the same time. Nothing is kept: what an administrator
 * changes counts at the next start.
 */
export class Users {
	readonly #native: Native;
	readonly #patience: number;
	readonly #asked = new Map<string, Promise<unknown>>();
	readonly #queue: (() => void)[] = [];
	#isBusy = false;

	constructor(native: Native, wait = patience) {
		this.#native = native;
		this.#patience = wait;
	}

	/** A user by name, or by number where it is the daemon's own. A name of digits is a name. */
	async user(who: string | number): Promise<UserEntry | Refusal> {
		const answer = await this.#ask<UserEntry | number>(`u${who}`, (told) =>
			this.#native.lookupUser(who, told),
		);
		return typeof answer === 'object' ? answer : refusal('user', String(who), answer);
	}

	/** The number of a group. */
	async group(name: string): Promise<number | Refusal> {
		const answer = await this.#ask<number>(`g${name}`, (told) => this.#native.lookupGroup(name, told));
		return answer !== late && answer >= 0 ? answer : refusal('group', name, answer);
	}

	/** Who asks the same meanwhile gets the same answer. */
	#ask<Answer>(key: string, begin: Begin<Answer | number>): Promise<Answer | number | typeof late> {
		const known = this.#asked.get(key);
		if (known !== undefined) {
			return known as Promise<Answer | number | typeof late>;
		}
		const asked = new Promise<Answer | number | typeof late>((resolve) => {
			const settle = (answer: Answer | number | typeof late) => {
				clearTimeout(timer);
				if (this.#asked.get(key) === asked) {
					this.#asked.delete(key);
				}
				resolve(answer);
			};
			const timer = setTimeout(() => settle(late), this.#patience);
			this.#queue.push(() => this.#begin(() => this.#asked.get(key) === asked, begin, settle));
		});
		this.#asked.set(key, asked);
		this.#next();
		return asked;
	}

	#next(): void {
		while (!this.#isBusy && this.#queue.length > 0) {
			this.#queue.shift()?.();
		}
	}

	/** Who has given up is not asked for. */
	#begin<Answer>(
		isWanted: () => boolean,
		begin: Begin<Answer | number>,
		settle: (answer: Answer | number) => void,
	): void {
		if (!isWanted()) {
			return;
		}
		this.#isBusy = true;
		const answered = (answer: Answer | number) => {
			this.#isBusy = false;
			settle(answer);
			this.#next();
		};
		const err = begin(answered);
		if (err < 0) {
			answered(err);
		}
	}
}

function refusal(what: 'user' | 'group', name: string, answer: number | typeof late): Refusal {
	if (answer === late) {
		return refuse(`${what}: the system does not answer who "${name}" is: see /etc/nsswitch.conf`);
	}
	return ['ENOENT', 'EINVAL'].includes(errnoName(answer))
		? refuse(`${what}: there is no ${what} "${name}"; make it, or name another`)
		: refuse(`${what}: who "${name}" is cannot be told: ${errnoText(answer)}`);
}
