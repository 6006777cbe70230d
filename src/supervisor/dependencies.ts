import type { Refusal } from '../base/refusal.ts';
import type { Group, Service } from '../service/service.ts';
import { edgesOf } from './graph/edges.ts';
import type { Edge, EdgeKind, Graph } from './graph/graph.ts';
import { Members } from './graph/members.ts';

export type DependencyPorts = {
	readonly graph: Graph;
	/** There is another configuration, which the graph has by now. */
	readonly configured: () => void;
	/** An edge was added or taken back. */
	readonly linked: () => void;
};

/** What depends on what: as the configuration says, and as requests do. */
export class Dependencies {
	readonly #ports: DependencyPorts;

	constructor(ports: DependencyPorts) {
		this.#ports = ports;
	}

	/** Replaces what the configuration says of dependencies, instances and groups. */
	configure(services: readonly Service[], groups: readonly Group[]): Refusal | undefined {
		const members = new Members(services, groups);
		const refused = this.#ports.graph.configure(members, edgesOf(services));
		if (refused === undefined) {
			this.#ports.configured();
		}
		return refused;
	}

	/** What `configure` would make of the graph, or why it would be refused. */
	configured(services: readonly Service[], groups: readonly Group[]): Graph | Refusal {
		return this.#ports.graph.configured(new Members(services, groups), edgesOf(services));
	}

	/** Adds an edge; it acts from the next start or end on. */
	add(from: string, on: string, kind: EdgeKind): Refusal | undefined {
		const refused = this.#ports.graph.depend(from, on, kind);
		this.#ports.linked();
		return refused;
	}

	/** Takes back an edge that `add` added. */
	remove(from: string, on: string): Refusal | undefined {
		const refused = this.#ports.graph.undepend(from, on);
		this.#ports.linked();
		return refused;
	}

	/** Adds the edges again that requests had added, as far as the configuration in force leaves them room. */
	restore(edges: readonly Edge[]): void {
		for (const { from, on, kind } of edges) {
			this.#ports.graph.depend(from, on, kind);
		}
	}
}
