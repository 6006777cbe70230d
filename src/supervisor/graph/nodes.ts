import type { Members } from './members.ts';

/** → in UTF-8, a character per byte. */
const arrow = ' \u00e2\u0086\u0092 ';

/** What stands for several has two nodes: its members come after this one, and before the one of its name. */
export function beginOf(name: string): string {
	return `${name}^`;
}

/** What comes after whatever the name needs: the node of the name, or of its beginning. */
export function begin(members: Members, name: string): string {
	return members.has(name) ? beginOf(name) : name;
}

/** The name that a node is of. */
export function nameOf(node: string): string {
	return node.endsWith('^') ? node.slice(0, -1) : node;
}

/** A way through nodes as a reason shows it: `web → db → web`; a long one is cut in its middle. */
export function pathText(cycle: readonly string[]): string {
	const names = cycle.map(nameOf).filter((name, i, all) => name !== all[i - 1] || all.length === 2);
	const shown = names.length > 12 ? [...names.slice(0, 6), '...', ...names.slice(-5)] : names;
	return shown.join(arrow);
}
