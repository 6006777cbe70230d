import type { Event } from '../events/event.ts';
import type { FieldOf } from '../events/fields.ts';
import { Ask, type Verdict } from './ask.ts';
import { Askers, type AskingType } from './askers.ts';
import type { EnginePorts } from './engine-ports.ts';
import type { InForce } from './in-force.ts';
import { Queue } from './queue.ts';
import type { Seen } from './rule.ts';

type AskingPorts = Pick<EnginePorts, 'clock' | 'publish'> & { readonly see: (event: Event) => Seen };

/** Those who ask permission, from the question to the event that rules answer. */
export class Asking {
	readonly #ports: AskingPorts;
	#askers = new Askers([]);
	readonly #open = new Set<Ask>();
	/** Published, and not heard of yet. */
	readonly #published = new Queue<Pick<Event, 'type' | 'fields'> & { readonly ask: Ask }>();

	constructor(ports: AskingPorts) {
		this.#ports = ports;
	}

	/** The rules from now on. */
	replace(rules: readonly InForce[]): void {
		this.#askers = new Askers(rules);
	}

	/** See Engine.ask. */
	ask<T extends AskingType>(
		type: T,
		name: string,
		fields: readonly FieldOf<T>[],
	): Promise<Verdict> | undefined {
		const askers = this.#askers.of(type, fields);
		if (askers.length === 0) {
			return undefined;
		}
		const { clock, publish, see } = this.#ports;
		const seen = see({ seq: 0, time: clock.now(), type, name, fields });
		if (!askers.some((rule) => !rule.isOff && rule.matches(seen))) {
			return undefined;
		}
		const ask = new Ask(clock);
		this.#open.add(ask);
		void ask.answer.then(() => this.#open.delete(ask));
		this.#published.push({ ask, type, fields });
		publish(type, name, fields);
		return ask.answer;
	}

	/** Who asked what this event says, if somebody did: once. */
	of(event: Event): Ask | undefined {
		const asked = this.#published.take(
			({ type, fields }) =>
				type === event.type &&
				fields.length === event.fields.length &&
				fields.every((field, i) => field === event.fields[i]),
		);
		return asked?.ask;
	}

	/** To whoever still asks nobody has anything to say. */
	close(): void {
		this.#published.clear();
		for (const ask of this.#open) {
			ask.end(undefined);
		}
	}
}
