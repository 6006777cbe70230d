import type { Description } from './describe.ts';
import { joinKey, type Mistake, type Place } from './mistake.ts';
import { serviceOfInstance } from './processes.ts';
import { toBytes } from './toml.ts';

/**
 * Cycles of what waits for what: a service for what it requires, wants or comes after, a group for its members. Each is
 * shown as `web → db → web`, at the first of them.
 */
export function checkCycles(description: Description): Mistake[] {
	const edges = edgesOf(description);
	return cyclesOf(edges).map((cycle) => {
		const [first = '', second = ''] = cycle;
		const { place, key } = edges.get(first)?.get(second) ?? { place: { file: '', line: 0 }, key: '' };
		const isGroup = cycle.every((name) => description.groups.has(name));
		const what = isGroup ? 'a group contains itself' : 'a cycle of dependencies';
		return { ...place, key, text: `${what}: ${cycle.join(arrow)}` };
	});
}

const arrow = toBytes(' → ');

type Edges = ReadonlyMap<string, ReadonlyMap<string, { readonly place: Place; readonly key: string }>>;

function edgesOf({ services, groups }: Description): Edges {
	const edges = new Map<string, Map<string, { place: Place; key: string }>>();
	const counted = new Map(Array.from(services, ([name, { draft }]) => [name, draft]));
	for (const [name, { draft, places, place }] of services) {
		const from = new Map<string, { place: Place; key: string }>();
		for (const key of ['requires', 'wants', 'after'] as const) {
			for (const on of draft[key]) {
				const to = services.has(on) ? on : (serviceOfInstance(on, counted) ?? on);
				from.set(to, { place: places.get(key) ?? place, key: `service.${joinKey(name)}.${key}` });
			}
		}
		edges.set(name, from);
	}
	for (const [name, { draft, places, place }] of groups) {
		const at = { place: places.get('members') ?? place, key: `group.${joinKey(name)}.members` };
		edges.set(name, new Map(draft.members.map((member) => [member, at])));
	}
	return edges;
}

/** In depth first, with a stack of its own: a chain may have thousands of links. */
function cyclesOf(edges: Edges): string[][] {
	const cycles: string[][] = [];
	const done = new Set<string>();
	for (const start of edges.keys()) {
		const path: string[] = [];
		const onPath = new Set<string>();
		const stack: Iterator<string>[] = [[start].values()];
		for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
			const { value: name, done: isOver } = top.next();
			if (isOver) {
				stack.pop();
				const left = path.pop();
				if (left !== undefined) {
					onPath.delete(left);
					done.add(left);
				}
			} else if (onPath.has(name)) {
				cycles.push([...path.slice(path.indexOf(name)), name]);
			} else if (!done.has(name)) {
				path.push(name);
				onPath.add(name);
				stack.push((edges.get(name) ?? new Map<string, never>()).keys());
			}
		}
	}
	return cycles;
}
