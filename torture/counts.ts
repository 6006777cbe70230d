import { failers } from './cast.ts';
import type { Deeds } from './deeds.ts';
import type { Events } from './events.ts';
import type { Row } from './stage.ts';

/** What can be known of a name's starts by request: how many starts there were when its count began anew. */
type Range = { readonly from: number; readonly to: number };

/** Compares the counts of automatic restarts with the starts that were told. */
export class Counts {
	readonly #bases = new Map<string, Range>();

	/** `before` and `after`: how often each was started when `rows` (`Status`) had not been asked for yet, and after. */
	judge(
		deeds: Deeds,
		before: ReadonlyMap<string, number>,
		rows: readonly Row[],
		{ starts: after }: Pick<Events, 'starts'>,
	): string[] {
		return failers.flatMap((name) => {
			const said = Number(rows.find((row) => row['name'] === name)?.['restarts']);
			const [least, most] = [before.get(name) ?? 0, after.get(name) ?? 0];
			const known = deeds.touched.has(name) ? undefined : this.#bases.get(name);
			const base = {
				from: Math.max(known?.from ?? 0, least - said),
				to: Math.min(known?.to ?? Number.POSITIVE_INFINITY, most - said),
			};
			if (base.from > base.to) {
				this.#bases.delete(name);
				return [
					`${name} says ${said} restarts after ${least} to ${most} starts, not what it was by ${range(known)}`,
				];
			}
			this.#bases.set(name, base);
			return [];
		});
	}
}

function range(known: Range | undefined): string {
	return known === undefined ? 'nothing' : `${known.from} to ${known.to} starts before its count began`;
}
