import { isRefusal, type Refusal, refuse } from '../../base/refusal.ts';
import { inOrder, type Link } from './in-order.ts';
import { Members } from './members.ts';
import { begin, beginOf, nameOf, pathText } from './nodes.ts';
import { Ranks } from './ranks.ts';

export type EdgeKind = 'requires' | 'wants' | 'after';

/** `from` needs `on`, both as they were written: processes, services with instances or groups. */
export type Edge = {
	readonly from: string;
	readonly on: string;
	readonly kind: EdgeKind;
	readonly origin: 'config' | 'runtime';
};

/** What an edge means for one process. */
export type Need = { readonly name: string; readonly kind: EdgeKind };

/** How many edges there may be that requests added. */
const runtimeMost = 65_536;

/**
 * Who needs whom. Three kinds of edges are kept apart: those of the configuration, those that requests added, and the
 * order of successive members of a group, which gives way to the others. Whatever is added, there is no cycle.
 */
export class Graph {
	#members = new Members();
	#ranks = new Ranks();
	#out = new Map<string, Edge[]>();
	#in = new Map<string, Edge[]>();
	/** Members of groups, each with whether it comes after its predecessor or a dependency says otherwise. */
	#chain = new Map<string, { readonly before: string; kept: boolean }>();
	/** Members of groups, each with its successor. */
	#next = new Map<string, string>();
	#runtime = 0;
	/** Grows with each run-time edge that comes or goes. */
	version = 0;

	get members(): Members {
		return this.#members;
	}

	/** Replaces what the configuration says; refused, and nothing changed, where that meets a run-time edge in a cycle. */
	configure(members: Members, edges: readonly Omit<Edge, 'origin'>[]): Refusal | undefined {
		const next = this.configured(members, edges);
		if (isRefusal(next)) {
			return next;
		}
		this.#members = members;
		this.#ranks = next.#ranks;
		this.#out = next.#out;
		this.#in = next.#in;
		this.#chain = next.#chain;
		this.#next = next.#next;
		this.#runtime = next.#runtime;
		return undefined;
	}

	/** What `configure` would make of it, or why it would be refused. */
	configured(members: Members, edges: readonly Omit<Edge, 'origin'>[]): Graph | Refusal {
		const next = new Graph();
		next.#members = members;
		const within = [...members.all()].flatMap(([name, inner]) =>
			inner.flatMap((member): Link[] => [
				[begin(members, member), beginOf(name)],
				[name, member],
			]),
		);
		const links = edges.map((it): Link => [begin(members, it.from), it.on]);
		next.#ranks.seed(inOrder([...within, ...links]));
		for (const [late, early] of within) {
			next.#ranks.add(late, early);
		}
		const kept = [...this.#out.values()].flat().filter((it) => it.origin === 'runtime');
		for (const edge of [...edges.map((it) => ({ ...it, origin: 'config' as const })), ...kept]) {
			const refused = next.#add(edge);
			if (refused !== undefined) {
				return refused;
			}
		}
		for (const { members: inner } of members.groups.values()) {
			for (const [i, member] of inner.slice(1).entries()) {
				next.#chain.set(member, { before: inner[i] as string, kept: false });
				next.#next.set(inner[i] as string, member);
			}
		}
		next.#rechain();
		return next;
	}

	/** Adds a run-time edge, or changes the kind of the one there is. */
	depend(from: string, on: string, kind: EdgeKind): Refusal | undefined {
		const known = this.#runtimeEdge(from, on);
		if (known !== undefined) {
			this.#drop(known);
		}
		return this.#runtime >= runtimeMost
			? refuse(`${runtimeMost} dependencies were added already: Undepend those that are not needed`)
			: this.#add({ from, on, kind, origin: 'runtime' });
	}

	/** The edges that requests added. */
	added(): readonly Edge[] {
		return [...this.#out.values()].flat().filter((it) => it.origin === 'runtime');
	}

	/** Takes a run-time edge back. */
	undepend(from: string, on: string): Refusal | undefined {
		const known = this.#runtimeEdge(from, on);
		if (known !== undefined) {
			this.#drop(known);
			this.#rechain();
			return undefined;
		}
		return this.#out.get(from)?.some((it) => it.on === on)
			? refuse(`that "${from}" needs "${on}" is said by the configuration: change it there, then Reload`)
			: refuse(`"${from}" does not need "${on}": there is nothing to take back`);
	}

	/** Whether anything is said of that process or of what it is part of. */
	touches(leaf: string): boolean {
		for (let name: string | undefined = leaf; name !== undefined; name = this.#members.parent(name)) {
			if (this.#out.has(name) || this.#in.has(name) || this.#members.groups.has(name)) {
				return true;
			}
		}
		return false;
	}

	/** Where a process comes in an order in which each comes after what it needs. */
	rank(leaf: string): number {
		return this.#ranks.of(leaf);
	}

	/** What a process needs, by itself and as a part of what it is in. */
	*needs(leaf: string): Generator<Need> {
		for (const holder of this.#members.chain(leaf)) {
			for (const { on, kind } of this.#out.get(holder) ?? []) {
				for (const name of this.#members.leaves(on)) {
					yield { name, kind };
				}
			}
		}
	}

	/** Who needs a process. */
	*neededBy(leaf: string): Generator<Need> {
		for (const holder of this.#members.chain(leaf)) {
			for (const { from, kind } of this.#in.get(holder) ?? []) {
				for (const name of this.#members.leaves(from)) {
					yield { name, kind };
				}
			}
		}
	}

	/** By its groups, from the inside out: the members before it, the nearest first. */
	*before(leaf: string): Generator<Iterable<readonly string[]>> {
		for (const name of this.#members.chain(leaf)) {
			if (this.#chain.get(name)?.kept) {
				yield this.#backwards(name);
			}
		}
	}

	/** The processes of the members that come next in its groups. */
	*following(leaf: string): Generator<string> {
		for (const name of this.#members.chain(leaf)) {
			const next = this.#next.get(name);
			if (next !== undefined && this.#chain.get(next)?.kept) {
				yield* this.#members.leaves(next);
			}
		}
	}

	*#backwards(name: string): Generator<readonly string[]> {
		for (let it = this.#chain.get(name); it?.kept; it = this.#chain.get(it.before)) {
			yield this.#members.leaves(it.before);
		}
	}

	#runtimeEdge(from: string, on: string): Edge | undefined {
		return this.#out.get(from)?.find((it) => it.on === on && it.origin === 'runtime');
	}

	#add(edge: Edge): Refusal | undefined {
		const late = begin(this.#members, edge.from);
		let cycle = this.#ranks.add(late, edge.on);
		if (cycle !== undefined) {
			while (cycle !== undefined && this.#giveWay(cycle)) {
				cycle = this.#ranks.add(late, edge.on);
			}
			this.#rechain();
		}
		if (cycle !== undefined) {
			return refuse(`${edge.from} cannot depend on ${edge.on}: ${pathText(cycle)} is a cycle`);
		}
		list(this.#out, edge.from).push(edge);
		list(this.#in, edge.on).push(edge);
		this.#runtime += Number(edge.origin === 'runtime');
		this.version += Number(edge.origin === 'runtime');
		return undefined;
	}

	#drop(edge: Edge): void {
		this.#ranks.remove(begin(this.#members, edge.from), edge.on);
		unlist(this.#out, edge.from, edge);
		unlist(this.#in, edge.on, edge);
		this.#runtime--;
		this.version++;
	}

	/** A dependency goes before the order of members: gives up what of that order the cycle goes through. */
	#giveWay(cycle: readonly string[]): boolean {
		let isOpen = false;
		for (const [i, node] of cycle.slice(0, -1).entries()) {
			const member = nameOf(node);
			const link = this.#chain.get(member);
			const isLink = link?.kept && node === begin(this.#members, member) && cycle[i + 1] === link.before;
			// A dependency that says the same would keep the cycle closed.
			if (isLink && this.#ranks.count(node, link.before) === 1) {
				link.kept = false;
				this.#ranks.remove(node, link.before);
				isOpen = true;
			}
		}
		return isOpen;
	}

	#rechain(): void {
		for (const [member, link] of this.#chain) {
			link.kept ||= this.#ranks.add(begin(this.#members, member), link.before) === undefined;
		}
	}
}

function list(map: Map<string, Edge[]>, key: string): Edge[] {
	const edges = map.get(key) ?? [];
	map.set(key, edges);
	return edges;
}

function unlist(map: Map<string, Edge[]>, key: string, edge: Edge): void {
	const left = (map.get(key) ?? []).filter((it) => it !== edge);
	if (left.length === 0) {
		map.delete(key);
	} else {
		map.set(key, left);
	}
}
