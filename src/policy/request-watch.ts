import { isRefusal, type Refusal } from '../base/refusal.ts';
import type { FieldOf, Tell } from '../events/fields.ts';
import type { Verdict } from '../rules/ask.ts';
import type { Table } from '../supervisor/table.ts';
import type { Demand } from './demand.ts';
import type { Guards } from './guards.ts';

/** What is told of a request: who asks (uid), for what, and whom it concerns as it was written, where it has a target. */
export type Requested = {
	readonly request: string;
	readonly target: string | undefined;
	readonly uid: number;
	/** It changes something; what only looks never waits until the rules can be asked. */
	readonly changes: boolean;
};

export type RequestWatchPorts = {
	readonly demand: Pick<Demand, 'has' | 'isSubscribed'>;
	readonly table: Pick<Table, 'meant'>;
	readonly guards: Pick<Guards, 'isOver' | 'ready'>;
	/** Asks the rules; undefined where none of them is concerned. */
	readonly ask: (
		type: 'request.received',
		name: string,
		fields: readonly FieldOf<'request.received'>[],
	) => Promise<Verdict> | undefined;
	/** Whether archon shuts down: then nobody is asked any more. */
	readonly isClosing: () => boolean;
	readonly tell: Tell;
};

/** Tells of requests, and asks the rules whether they may be carried out, while somebody wants that. */
export class RequestWatch {
	readonly #ports: RequestWatchPorts;

	constructor(ports: RequestWatchPorts) {
		this.#ports = ports;
	}

	/** Nobody wants to know of requests, as far as is known: they are not to be held up by a question. */
	get isIdle(): boolean {
		const { demand, guards, isClosing } = this.#ports;
		const isWanted = demand.has('request.received') || demand.has('request.handled') || !guards.isOver;
		return !isWanted || isClosing();
	}

	/**
	 * Asks the rules that want to see such a request, of each process it is for; undefined at once where there is none.
	 * Refused by one of them, or by one that has no answer, it is not to be carried out. Until the rules are in force it
	 * waits for them.
	 */
	received(about: Requested): Promise<Refusal | undefined> | undefined {
		const { guards } = this.#ports;
		return about.changes && !guards.isOver
			? guards.ready().then((refused) => refused ?? this.#ask(about))
			: this.#ask(about);
	}

	#ask(about: Requested): Promise<Refusal | undefined> | undefined {
		if (!this.#ports.demand.has('request.received')) {
			return undefined;
		}
		const fields = fieldsOf(about);
		const answers: Promise<Verdict>[] = [];
		for (const name of this.#names(about.target)) {
			const answer = this.#ports.ask('request.received', name, fields);
			if (answer !== undefined) {
				answers.push(answer);
			} else if (this.#ports.demand.isSubscribed('request.received')) {
				this.#ports.tell('request.received', name, fields);
			}
		}
		return answers.length === 0 ? undefined : firstRefusal(answers);
	}

	/** It was answered after so many milliseconds. */
	handled(about: Requested, took: number, refused: Refusal | undefined): void {
		const { demand, tell } = this.#ports;
		if (demand.has('request.handled')) {
			const fields: FieldOf<'request.handled'>[] = [...fieldsOf(about)];
			if (refused === undefined) {
				fields.push('result=ok');
			} else {
				fields.push('result=error', `reason=${refused.refused}`);
			}
			fields.push(`ms=${Math.round(took * 1000) / 1000}`);
			tell('request.handled', about.target ?? '-', fields);
		}
	}

	/** Whom a request is for: what it names, and each process that this glob, group or service with instances means. */
	#names(target: string | undefined): Iterable<string> {
		if (target === undefined) {
			return ['-'];
		}
		const found = this.#ports.table.meant(target);
		return new Set([target, ...(isRefusal(found) ? [] : found.map(({ name }) => name))]);
	}
}

function fieldsOf({ request, uid }: Requested): FieldOf<'request.received' | 'request.handled'>[] {
	return [`request=${request}`, `uid=${uid}`];
}

/** What no rule decides is carried out, as is what one allows. */
async function firstRefusal(answers: readonly Promise<Verdict>[]): Promise<Refusal | undefined> {
	return (await Promise.all(answers)).find((it) => isRefusal(it));
}
