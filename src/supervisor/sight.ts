import { isGlob } from '../base/glob.ts';
import { isRefusal, type Refusal } from '../base/refusal.ts';
import type { Entry } from './entry.ts';
import type { FamilyPorts } from './families.ts';
import { forest } from './forest.ts';
import type { Report } from './report.ts';
import type { Table } from './table.ts';
import { Usage } from './usage.ts';
import { type Facts, why } from './why.ts';

export type SightPorts = {
	readonly table: Table;
	/** Asked anew each time: archon-log may be another process by now. */
	readonly family: () => FamilyPorts;
	/** What is known of an entry beyond itself. */
	readonly facts: (entry: Entry) => Facts;
};

/** What there is to see beyond `Status`; all of it is looked up when somebody asks. */
export class Sight {
	readonly #ports: SightPorts;
	readonly #usage: Usage;

	constructor(ports: SightPorts) {
		this.#ports = ports;
		this.#usage = new Usage(ports.family);
	}

	/** The rows of `Usage`. */
	async usage(pattern: string): Promise<readonly Report[] | Refusal> {
		const found = this.#seen(pattern);
		return isRefusal(found) ? found : this.#usage.of(found, this.#ports.table.all());
	}

	/** The rows of `Tree`. */
	tree(): Promise<readonly Report[]> {
		return forest(this.#ports.table.all(), this.#ports.family());
	}

	/** The rows of `Why`: a name has as many as there are sentences. */
	why(pattern: string): readonly Report[] | Refusal {
		const found = this.#seen(pattern);
		return isRefusal(found)
			? found
			: found.flatMap((entry) =>
					why(entry, this.#ports.facts(entry)).map((sentence) => [entry.name, sentence]),
				);
	}

	/** A name that nothing has is refused, a glob is not. */
	#seen(pattern: string): readonly Entry[] | Refusal {
		const { table } = this.#ports;
		const found = table.seen(pattern);
		const named = found.length > 0 || isGlob(pattern) ? found : table.named(pattern);
		return isRefusal(named) ? named : found;
	}
}
