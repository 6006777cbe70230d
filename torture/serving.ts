import { servers } from './cast.ts';
import type { Deeds } from './deeds.ts';
import type { Ends } from './ends.ts';
import { isAmid } from './gap.ts';
import type { Knock, Knocks } from './knocks.ts';
import type { Stage } from './stage.ts';

/** Of one round: how many lives ended, how many connections were cut, and how many ends were seen at the end of the round before. */
type Hands = { ended: number; cut: number; before: number };

/** Each who connects to a socket that archon keeps is answered by a life of its service, and nobody is refused. */
export class Serving {
	readonly #stage: Stage;
	readonly #knocks: Knocks;
	/** A life that ends has one connection in hand at most; where its end was seen last of all, that may not be heard yet. */
	readonly #hands: ReadonlyMap<string, Hands>;
	readonly #ends: Ends;
	/** What is wrong of this round. */
	#wrong: string[] = [];
	/** How many were answered. */
	answered = 0;

	constructor(stage: Stage, knocks: Knocks) {
		this.#stage = stage;
		this.#knocks = knocks;
		this.#ends = stage.record.follow(servers.keys());
		this.#hands = new Map([...servers.keys()].map((name) => [name, { ended: 0, cut: 0, before: 0 }]));
	}

	/** Who connected before everything was up again and has no answer, and who was cut off by nobody that ended. */
	waiting(deeds: Deeds): string[] {
		this.#look(deeds);
		return [
			...this.#knocks.waiting(deeds.upAt).map((name) => `who connected to ${name} has no answer`),
			...this.#tooMany(),
		];
	}

	/** Of the whole round. */
	judge(deeds: Deeds): string[] {
		const seen = new Map([...this.#hands].map(([name, { ended }]) => [name, ended]));
		this.#look(deeds);
		const wrong = [...this.#wrong, ...this.#tooMany()];
		this.#wrong = [];
		for (const [name, hands] of this.#hands) {
			const { ended, cut, before } = hands;
			const last = ended - (seen.get(name) ?? 0);
			Object.assign(hands, { ended: 0, cut: 0, before: Math.min(last, ended + before - cut) });
		}
		return wrong;
	}

	#look(deeds: Deeds): void {
		for (const knock of this.#knocks.heard()) {
			this.#one(knock, deeds);
		}
		this.#stage.record.begun();
		for (const { name } of this.#ends.news()) {
			this.#of(name).ended++;
		}
	}

	#one({ name, begun, ended, heard }: Knock, deeds: Deeds): void {
		const [who, pid] = heard.split(' ');
		if (who === name && this.#stage.record.begun().get(name)?.includes(Number(pid))) {
			this.answered++;
		} else if (heard === 'cut') {
			this.#of(name).cut++;
		} else if (['refused', 'reset'].includes(heard) && isLost(name, ended, deeds)) {
			deeds.excuse('caller', `${name} ${begun}`);
		} else {
			this.#wrong.push(`who connected to ${name} got "${heard}" (${begun} to ${ended})`);
		}
	}

	#tooMany(): string[] {
		return [...this.#hands].flatMap(([name, { ended, cut, before }]) =>
			cut > ended + before
				? [`${cut} connections to ${name} were cut, and ${ended} lives of it have ended, ${before} before`]
				: [],
		);
	}

	#of(name: string): Hands {
		const hands = this.#hands.get(name);
		if (hands === undefined) {
			throw new Error(`${name} has no socket`);
		}
		return hands;
	}
}

/** What nobody had when the keeper died is bound again by the next one. */
function isLost(name: string, at: number, { orphaned, gap }: Deeds): boolean {
	return orphaned.has(name) && isAmid(gap, at);
}
