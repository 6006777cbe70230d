import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import type { EdgeKind } from './graph/graph.ts';
import { impact, type Verb } from './impact.ts';
import type { Orders } from './orders.ts';
import type { Report } from './report.ts';
import type { Table } from './table.ts';

/** What requests ask of the graph. */
export class Links {
	readonly #table: Table;
	readonly #orders: Orders;

	constructor(table: Table, orders: Orders) {
		this.#table = table;
		this.#orders = orders;
	}

	/** Adds a dependency; both names are those of something that is there. */
	depend(name: string, on: string, kind: EdgeKind): Refusal | undefined {
		const refused = [name, on].map((it) => this.#table.meant(it)).find(isRefusal);
		if (refused !== undefined) {
			return refused;
		}
		const other = this.#table.standsFor(name).find((entry) => entry.kind !== 'daemon');
		if (other === undefined) {
			return this.#orders.dependencies.add(name, on, kind);
		}
		const what = other.kind === 'run' ? 'run' : 'foreign process';
		return refuse(`"${name}" cannot depend on anything: it is a ${what}, which archon does not start again`);
	}

	/** Takes back what `depend` added. */
	undepend(name: string, on: string): Refusal | undefined {
		return this.#orders.dependencies.remove(name, on);
	}

	/** What a request would touch, without doing it. */
	impact(verb: Verb, pattern: string): Report[] | Refusal {
		const found = this.#table.meant(pattern);
		return isRefusal(found) ? found : impact(this.#orders.view, verb, found);
	}
}
