import { isGlob } from '../base/glob.ts';
import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import type { Draft } from '../config/draft.ts';
import type { Entry } from './entry.ts';
import type { Facts } from './facts.ts';
import type { FamilyPorts } from './families.ts';
import { forest } from './forest.ts';
import type { Report } from './report.ts';
import type { Table } from './table.ts';
import { Usage } from './usage.ts';
import { why } from './why.ts';

export type SightPorts = {
	readonly table: Table;
	/** Asked anew each time: archon-log may be another process by now. */
	readonly family: () => FamilyPorts;
	/** What is known of an entry beyond itself. */
	readonly facts: (entry: Entry) => Facts;
	/** What `[defaults]` says. */
	readonly defaults: () => Draft;
};

/** What there is to see beyond `Status`; all of it is looked up when somebody asks. */
export class Sight {
	readonly #ports: SightPorts;
	readonly #usage: Usage;

	constructor(ports: SightPorts) {
		this.#ports = ports;
		this.#usage = new Usage(ports.family);
	}

	/** The rows of `Usage`; without a pattern of whatever there is. */
	async usage(pattern: string | undefined): Promise<readonly Report[] | Refusal> {
		const { table } = this.#ports;
		const found = pattern === undefined ? table.seen('*') : this.#seen(pattern);
		return isRefusal(found) ? found : this.#usage.of(found, table.all());
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

	/** A daemon as a `[service]` table: the lines of it. */
	async save(name: string): Promise<readonly string[] | Refusal> {
		const entry = this.#ports.table.named(name);
		if (isRefusal(entry)) {
			return this.#ports.table.seen(name).length > 0
				? refuse(`"${name}" is not one daemon: save each of it by its own name`)
				: entry;
		}
		if (entry.service === undefined) {
			const what = entry.kind === 'foreign' ? 'a foreign process' : 'a run';
			return refuse(
				`"${name}" is ${entry.kind === 'daemon' ? 'not known well enough' : what}: only a daemon can be saved`,
			);
		}
		// Loaded when first needed: few are ever saved.
		const { save } = await import('../config/save.ts');
		const text = save(entry.service, this.#ports.defaults());
		return isRefusal(text) ? text : text.trimEnd().split('\n');
	}

	/** A name or glob that nothing has is refused. */
	#seen(pattern: string): readonly Entry[] | Refusal {
		const { table } = this.#ports;
		const found = table.seen(pattern);
		if (found.length > 0) {
			return found;
		}
		const named = isGlob(pattern)
			? refuse(`nothing matches "${pattern}"; Status lists what there is`)
			: table.named(pattern);
		return isRefusal(named) ? named : found;
	}
}
