import type { Group, Service } from '../../service/service.ts';

type Described = Pick<Service, 'name' | 'instances'>;

/** Which names stand for several: a group for its members, a service of several instances for `name@1`, `name@2`, … */
export class Members {
	readonly groups: ReadonlyMap<string, Group>;
	readonly #members = new Map<string, readonly string[]>();
	readonly #parent = new Map<string, string>();

	/** What the configuration says is checked there: no name twice, no group within itself. */
	constructor(services: readonly Described[] = [], groups: readonly Group[] = []) {
		this.groups = new Map(groups.map((group) => [group.name, group]));
		for (const { name, instances } of services.filter((it) => it.instances > 1)) {
			this.#add(
				name,
				Array.from({ length: instances }, (_, n) => `${name}@${n + 1}`),
			);
		}
		for (const { name, members } of groups) {
			this.#add(name, members);
		}
	}

	#add(name: string, members: readonly string[]): void {
		this.#members.set(name, members);
		for (const member of members) {
			this.#parent.set(member, name);
		}
	}

	/** Every name that stands for others, and for which. */
	all(): Iterable<readonly [string, readonly string[]]> {
		return this.#members;
	}

	/** Whether that name stands for others. */
	has(name: string): boolean {
		return this.#members.has(name);
	}

	/** What a name directly stands for; undefined for one that stands for itself. */
	of(name: string): readonly string[] | undefined {
		return this.#members.get(name);
	}

	/** The processes a name stands for, in the order of the members; itself when it is none of ours. */
	leaves(name: string): readonly string[] {
		if (!this.#members.has(name)) {
			return [name];
		}
		const found: string[] = [];
		const stack = [name];
		for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
			const members = this.#members.get(next);
			if (members === undefined) {
				found.push(next);
			} else {
				stack.push(...members.toReversed());
			}
		}
		return found;
	}

	/** What it is directly a part of. */
	parent(name: string): string | undefined {
		return this.#parent.get(name);
	}

	/** A name and everything it is a part of, from the inside out. */
	chain(name: string): readonly string[] {
		const chain = [name];
		for (let up = this.#parent.get(name); up !== undefined; up = this.#parent.get(up)) {
			chain.push(up);
		}
		return chain;
	}

	/** The group it is directly in, as which of its members; instances are in the group of their service. */
	groupOf(name: string): { readonly group: Group; readonly member: string } | undefined {
		let member = name;
		for (let up = this.#parent.get(member); up !== undefined; up = this.#parent.get(up)) {
			const group = this.groups.get(up);
			if (group !== undefined) {
				return { group, member };
			}
			member = up;
		}
		return undefined;
	}
}
