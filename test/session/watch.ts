import type { Archon } from '../archon.ts';

type Record = readonly string[];

/** What a subscriber hears. */
export class Watch {
	readonly #records: AsyncGenerator<Record, void, void>;

	private constructor(records: AsyncGenerator<Record, void, void>) {
		this.#records = records;
	}

	/** Subscribes, with these filters; what happens from now on is heard. */
	static async begin(archon: Archon, ...filters: string[]): Promise<Watch> {
		const connection = await archon.connect();
		const { final } = await connection.call(['Subscribe', ...filters]);
		if (final.tag !== 'ok') {
			throw new Error(JSON.stringify(final));
		}
		return new Watch(connection.follow());
	}

	/** The next event of this type, of this name if one is given; those before it are passed over. */
	async event(type: string, name?: string): Promise<Record> {
		for (;;) {
			const { value } = await this.#records.next();
			if (value === undefined) {
				throw new Error(`the events ended before ${type}`);
			}
			if (value[3] === type && (name === undefined || value[4] === name)) {
				return value;
			}
		}
	}
}
