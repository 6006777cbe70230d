import { type Refusal, refuse } from '../base/refusal.ts';
import type { Denial, Input } from '../process/state.ts';
import type { Downs } from './downs.ts';
import type { Entry } from './entry.ts';
import { byRank, hasWhatItRequires, lowered, raised, type View } from './graph/plan.ts';
import { type Down, isDoneOneshot, isInPlay, runsAgain } from './graph/standing.ts';
import { denialText } from './verdicts.ts';

export type BringPorts = {
	readonly view: View;
	readonly downs: Downs;
	readonly apply: (entry: Entry, input: Input) => Denial | undefined;
	/** Several inputs, of which others hear when the last one is carried out. */
	readonly together: (act: () => void) => void;
	/** Whoever waits for that entry is to judge again. */
	readonly judge: (entry: Entry) => void;
	/** What is to become of an entry has changed. */
	readonly noted: (entry: Entry) => void;
	/** Whether its group is about to restart it. */
	readonly isRestarting: (entry: Entry) => boolean;
};

/** Brings entries up or down, with those that they need or that need them. */
export class Bring {
	readonly #ports: BringPorts;

	constructor(ports: BringPorts) {
		this.#ports = ports;
	}

	/**
	 * Up, what they need first but for what is `left` as it is; those of which the table of lives does not take it, and
	 * why.
	 */
	up(
		asked: readonly Entry[],
		again: readonly Entry[] = [],
		left: ReadonlySet<Entry> = new Set(),
	): Map<Entry, Refusal> {
		const { view, downs, apply, judge } = this.#ports;
		const denied = new Map<Entry, Refusal>();
		const planned = raised(view, asked, left).map((it) => it.entry);
		this.#spare(planned.filter((entry) => downs.of(entry)?.how === 'stop'));
		for (const entry of planned.filter((it) => !isDoneOneshot(it) || runsAgain(it, again))) {
			const denial = apply(entry, { tag: 'start' });
			if (denial !== undefined) {
				denied.set(entry, refuse(denialText(entry, 'started', denial)));
			}
			judge(entry);
		}
		return denied;
	}

	/** Down, what requires them first, which comes back with them. */
	down(asked: readonly Entry[], how: Down): void {
		const isAsked = new Set(asked);
		this.#lower(lowered(this.#ports.view, asked), (entry) => (isAsked.has(entry) ? how : hold));
	}

	/** Those that wait go on, in their order. */
	release(entries: readonly Entry[]): void {
		for (const entry of byRank(this.#ports.view, entries)) {
			this.#ports.apply(entry, { tag: 'release' });
		}
	}

	/** What held up others is gone, and they go as well. */
	lost({ name }: Entry): void {
		const { view } = this.#ports;
		const behind: Entry[] = [];
		for (const need of view.graph.neededBy(name)) {
			const other = view.get(need.name);
			if (need.kind === 'requires' && other !== undefined && isInPlay(other)) {
				behind.push(other);
			}
		}
		this.#lower(lowered(view, behind), () => hold);
	}

	/** All of them are known to be going before the first one goes, and before anyone hears of it. */
	#lower(found: readonly { readonly entry: Entry }[], how: (entry: Entry) => Down): void {
		const { downs, noted, judge, together } = this.#ports;
		for (const { entry } of found) {
			downs.put(entry, how(entry));
		}
		for (const { entry } of found) {
			noted(entry);
		}
		together(() => {
			for (const { entry } of found) {
				downs.advance(entry);
			}
		});
		for (const { entry } of found) {
			judge(entry);
		}
	}

	/** These stay after all, and with them those that were only to go because of what they require. */
	#spare(entries: readonly Entry[]): void {
		const { view, downs, noted, judge, isRestarting } = this.#ports;
		const spared = [...entries];
		for (const entry of entries) {
			downs.drop(entry);
		}
		for (const entry of entries.length === 0 ? [] : byRank(view, downs.all())) {
			if (downs.of(entry)?.how === 'hold' && !isRestarting(entry) && hasWhatItRequires(view, entry)) {
				downs.drop(entry);
				spared.push(entry);
			}
		}
		for (const entry of spared) {
			noted(entry);
			downs.changed(entry);
			judge(entry);
		}
	}
}

const hold: Down = { how: 'hold' };
