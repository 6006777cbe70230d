import type { Effort } from '../figure.ts';
import { archon } from './archon.ts';
import { floor } from './floor.ts';
import { live, type Plan, type Seen } from './life.ts';
import { peers } from './peers.ts';

/** How each supervisor's lives went, in the order of the rounds; a slow one has a single one. */
export type Lives = readonly { readonly name: string; readonly seen: readonly Seen[] }[];

type Course = Plan & { readonly rounds: number; readonly isQuick: boolean };

/** Lets all supervisors that there are take turns; several figures are of the same lives, so they are lived once. */
export function once(plan: (effort: Effort) => Course): (effort: Effort) => Promise<Lives> {
	let lives: Promise<Lives> | undefined;
	return (effort) => {
		lives ??= lived(plan(effort));
		return lives;
	};
}

async function lived(plan: Course): Promise<Lives> {
	const others = peers().filter(({ isSlow }) => !(isSlow && plan.isQuick));
	const all = [floor, archon, ...others].map((supervisor) => ({ supervisor, seen: [] as Seen[] }));
	for (let round = 0; round < plan.rounds; round++) {
		const from = round % all.length;
		for (const { supervisor, seen } of [...all.slice(from), ...all.slice(0, from)]) {
			if (seen.length === 0 || !supervisor.isSlow) {
				seen.push(await live(supervisor, plan));
			}
		}
	}
	return all.map(({ supervisor: { name }, seen }) => ({ name, seen }));
}
