/** What `Why` says of every name while it is on. */
const sentence =
	'archon is in safe mode, for its daemon had failed again and again: no rules act, and the configuration is as it was; ' +
	'archonctl reload or archonctl upgrade leaves it.';

/**
 * A daemon that others before it could not live as (the minder counts them, native/minder_watch.c) does without what it can do without: rules,
 * and whatever has become of the configuration. Who looks at anything is told so.
 */
export class SafeMode {
	readonly #left: () => Promise<void>;
	#isOn: boolean;

	/** `left` does what was held back. */
	constructor(isOn: boolean, left: () => Promise<void>) {
		this.#isOn = isOn;
		this.#left = left;
	}

	get isOn(): boolean {
		return this.#isOn;
	}

	/** Begins what was held back. */
	async leave(): Promise<void> {
		if (this.#isOn) {
			this.#isOn = false;
			await this.#left();
		}
	}

	/** A row of `Status`, whose last column is the reason. */
	status(row: readonly (string | number)[]): readonly (string | number)[] {
		if (!this.#isOn) {
			return row;
		}
		const reason = row.at(-1);
		return [...row.slice(0, -1), reason === '' ? 'safe mode' : `${reason}; safe mode`];
	}

	/** The rows of `Why`: each name has a sentence more. */
	why(rows: readonly (readonly (string | number)[])[]): readonly (readonly (string | number)[])[] {
		if (!this.#isOn) {
			return rows;
		}
		return rows.flatMap((row, i) => (rows[i + 1]?.[0] === row[0] ? [row] : [row, [row[0] ?? '', sentence]]));
	}
}
