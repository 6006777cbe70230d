import { servers } from './cast.ts';
import type { Deeds } from './deeds.ts';
import type { Ends } from './ends.ts';
import type { Knock, Knocks } from './knocks.ts';
import type { Stage } from './stage.ts';

/** Each who connects to a socket that archon keeps is answered by a life of its service, and nobody is refused. */
export class Serving {
	readonly #stage: Stage;
	readonly #knocks: Knocks;
	/** How many were left by a life that ended with them in hand: one each at most. */
	readonly #cut = new Map<string, number>();
	readonly #ends: Ends;
	/** How many lives have ended. */
	readonly #ended = new Map<string, number>();
	/** How many were answered. */
	answered = 0;

	constructor(stage: Stage, knocks: Knocks) {
		this.#stage = stage;
		this.#knocks = knocks;
		this.#ends = stage.record.follow(servers.keys());
	}

	/** Who connected before everything was up again and has no answer. */
	waiting(deeds: Deeds): string[] {
		return this.#knocks.waiting(deeds.upAt).map((name) => `who connected to ${name} has no answer`);
	}

	judge(deeds: Deeds): string[] {
		const wrong = this.#knocks.heard().flatMap((it) => this.#one(it, deeds));
		this.#stage.record.begun();
		for (const { name } of this.#ends.news()) {
			this.#ended.set(name, (this.#ended.get(name) ?? 0) + 1);
		}
		return [...wrong, ...[...servers.keys()].flatMap((name) => this.#hands(name))];
	}

	#one({ name, begun, heard }: Knock, deeds: Deeds): string[] {
		const [who, pid] = heard.split(' ');
		if (who === name && this.#stage.record.begun().get(name)?.includes(Number(pid))) {
			this.answered++;
			return [];
		}
		if (heard === 'cut') {
			this.#cut.set(name, (this.#cut.get(name) ?? 0) + 1);
			return [];
		}
		const isLost = ['refused', 'reset'].includes(heard);
		return isLost &&
			deeds.orphaned.has(name) &&
			begun < deeds.upAt &&
			deeds.excuse('caller', `${name} ${begun}`)
			? []
			: [`who connected to ${name} got "${heard}"`];
	}

	#hands(name: string): string[] {
		const cut = this.#cut.get(name) ?? 0;
		const ended = this.#ended.get(name) ?? 0;
		return cut > ended ? [`${cut} connections to ${name} were cut, and ${ended} lives of it have ended`] : [];
	}
}
