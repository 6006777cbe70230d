import type { FieldOf, Tell } from '../events/fields.ts';
import type { Verdict } from '../rules/ask.ts';
import type { Demand } from './demand.ts';
import type { Guards } from './guards.ts';

export type BindWatchPorts = {
	readonly demand: Pick<Demand, 'has' | 'isSubscribed'>;
	readonly guards: Pick<Guards, 'isOver' | 'ready'>;
	/** Asks the rules; undefined where none of them is concerned. */
	readonly ask: (
		type: 'bind.requested',
		name: string,
		fields: readonly FieldOf<'bind.requested'>[],
	) => Promise<Verdict> | undefined;
	/** Whether archon shuts down: then nobody is asked any more. */
	readonly isClosing: () => boolean;
	readonly tell: Tell;
};

/** Tells that somebody wants a socket, and asks the rules whether it may have it, while somebody wants that. */
export class BindWatch {
	readonly #ports: BindWatchPorts;

	constructor(ports: BindWatchPorts) {
		this.#ports = ports;
	}

	/**
	 * What the rules make of it; undefined at once where none is concerned. `name`: whose process asks, or `-`. Until the
	 * rules are in force it waits for them.
	 */
	requested(name: string, fields: readonly FieldOf<'bind.requested'>[]): Promise<Verdict> | undefined {
		const { guards, isClosing } = this.#ports;
		return guards.isOver || isClosing()
			? this.#ask(name, fields)
			: guards.ready().then((refused) => refused ?? this.#ask(name, fields));
	}

	#ask(name: string, fields: readonly FieldOf<'bind.requested'>[]): Promise<Verdict> | undefined {
		const { demand, ask, isClosing, tell } = this.#ports;
		if (!demand.has('bind.requested') || isClosing()) {
			return undefined;
		}
		const answer = ask('bind.requested', name, fields);
		if (answer === undefined && demand.isSubscribed('bind.requested')) {
			tell('bind.requested', name, fields);
		}
		return answer;
	}
}
