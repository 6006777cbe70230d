import { going } from './cast.ts';
import type { Deeds } from './deeds.ts';
import type { Row } from './stage.ts';

/** In so many rounds each begins anew at least once: what they wait is less than what these take. */
const rounds = 4;

type Look = { readonly isStopped: boolean; readonly starts: number };

/** What ends and begins by itself goes on, unless a client has stopped it: with that it stays. */
export class Going {
	/** The last looks at each, the newest last. */
	readonly #looks = new Map<string, Look[]>();

	/** `starts`: how often each was started by now. What does not go on. */
	judge(rows: readonly Row[], starts: ReadonlyMap<string, number>, { touched }: Deeds): string[] {
		return going.flatMap((name) => {
			const row = rows.find((it) => it['name'] === name);
			const [looks, isTouched] = [this.#looks.get(name) ?? [], touched.has(name)];
			if (row === undefined || row['state'] === 'failed') {
				return [`${name} is ${row?.['state'] ?? 'not in Status'}: ${row?.['reason']}`];
			}
			if (isStopped(row)) {
				return isWell(row) || isTouched || looks.at(-1)?.isStopped
					? []
					: [`${name} is ${row['state']} (${row['last']}), and nobody has touched it`];
			}
			const [oldest] = looks;
			const isLong = looks.length === rounds && !looks.some((it) => it.isStopped);
			return isLong && oldest?.starts === starts.get(name)
				? [`${name} is ${row['state']} and has not begun anew in ${rounds} rounds`]
				: [];
		});
	}

	/** A round is over. */
	next(rows: readonly Row[], starts: ReadonlyMap<string, number>): void {
		for (const name of going) {
			const row = rows.find((it) => it['name'] === name);
			const look = { isStopped: row !== undefined && isStopped(row), starts: starts.get(name) ?? 0 };
			this.#looks.set(name, [...(this.#looks.get(name) ?? []), look].slice(-rounds));
		}
	}
}

function isStopped(row: Row): boolean {
	return row['state'] === 'stopped' || isWell(row);
}

/** `weak` is not begun again when it ended well. */
function isWell({ name, state, last }: Row): boolean {
	return name === 'weak' && state === 'exited' && last === 'exit:0';
}
