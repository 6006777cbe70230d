import { toBytes } from '../base/to-bytes.ts';
import type { Description } from './describe.ts';
import { joinKey, type Mistake, type Place } from './mistake.ts';
import { serviceOfInstance } from './processes.ts';

/**
 * Cycles of what waits for what: a service for what it requires, wants or comes after, a group for its members. Each is
 * shown as `web → db → web`, at the first of them.
 */
export function checkCycles(description: Description): Mistake[] {
	return cyclesOf(edgesOf(description)).map((cycle) => {
		const isGroup = cycle.every((name) => description.groups.has(name));
		const what = isGroup ? 'a group contains itself' : 'a cycle of dependencies';
		return { ...whereIs(cycle[0] ?? '', cycle[1] ?? '', description), text: `${what}: ${cycle.join(arrow)}` };
	});
}

const arrow = toBytes(' → ');
const dependencies = ['requires', 'wants', 'after'] as const;

/** More are seen by nobody, and there may be as many as there are dependencies. */
const mostCycles = 100;

type Edges = ReadonlyMap<string, readonly string[]>;

function edgesOf({ services, groups }: Description): Edges {
	const edges = new Map<string, readonly string[]>();
	for (const [name, { draft }] of services) {
		const on = [...draft.requires, ...draft.wants, ...draft.after];
		edges.set(
			name,
			on.map((it) => serviceNamed(it, services)),
		);
	}
	for (const [name, { draft }] of groups) {
		edges.set(name, draft.members);
	}
	return edges;
}

/** The service itself where one of its instances is named. */
function serviceNamed(name: string, services: Description['services']): string {
	return services.has(name)
		? name
		: (serviceOfInstance(name, (it) => services.get(it)?.draft.instances) ?? name);
}

/** The key by which the first of two needs the second; a group may have the name of a service, by mistake. */
function whereIs(first: string, second: string, { services, groups }: Description): Place & { key: string } {
	const service = services.get(first);
	const key = dependencies.find((it) =>
		service?.draft[it].some((on) => serviceNamed(on, services) === second),
	);
	if (service !== undefined && key !== undefined) {
		return { ...(service.places.get(key) ?? service.place), key: `service.${joinKey(first)}.${key}` };
	}
	const group = groups.get(first);
	const place = group?.places.get('members') ?? group?.place ?? { file: '', line: 0 };
	return { ...place, key: `group.${joinKey(first)}.members` };
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
				if (cycles.length === mostCycles) {
					return cycles;
				}
			} else if (!done.has(name)) {
				path.push(name);
				onPath.add(name);
				stack.push((edges.get(name) ?? []).values());
			}
		}
	}
	return cycles;
}
