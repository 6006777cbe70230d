import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import type { Config } from '../config/config.ts';
import type { Asked } from '../config/daemon-service.ts';
import type { Action } from '../config/diff.ts';
import { areMistakes } from '../config/load.ts';
import { formatMistake, type Mistake } from '../config/mistake.ts';
import { type Row, rows } from '../config/rows.ts';
import type { Settings } from '../config/settings.ts';
import type { Batch } from '../events/batch.ts';
import type { Service } from '../service/service.ts';
import type { Services } from './services.ts';

export type ConfigurationPorts = {
	readonly settings: Settings;
	readonly services: Services;
	readonly batch: Batch;
	readonly read: () => Promise<Config | readonly Mistake[]>;
	/** What is to be done about the rules. */
	readonly rules: () => Promise<OfRules | readonly Mistake[]>;
};

/** What a reload does about rules, and doing it. */
type OfRules = { readonly actions: readonly Action[]; readonly carryOut: () => Promise<void> };

/** Of more mistakes at once the first are told and the rest counted: an `Error` is one readable line. */
const toldMost = 5;

/** The configuration in force, as requests see it. */
export class Configuration {
	readonly #ports: ConfigurationPorts;
	/** Reloads come one after another. */
	#turn: Promise<unknown> = Promise.resolve();

	constructor(ports: ConfigurationPorts) {
		this.#ports = ports;
	}

	/** What `Config` shows. */
	rows(): Iterable<Row> {
		return rows(this.#ports.services.config, this.#ports.settings);
	}

	/** The service that a `StartDaemon` asks for. */
	describe(asked: Asked): Service | Refusal {
		return this.#ports.services.describe(asked);
	}

	/** Reads the files again and does what that asks for, or only says so; a mistake in them changes nothing. */
	reload(isDry: boolean): Promise<readonly Action[] | Refusal> {
		const done = this.#turn.then(() => this.#reload(isDry));
		this.#turn = done.catch(() => undefined);
		return done;
	}

	async #reload(isDry: boolean): Promise<readonly Action[] | Refusal> {
		const { services, batch, read, rules } = this.#ports;
		const next = await read();
		const ofRules = await rules();
		const mistakes = [next, ofRules].flatMap((it) => (areMistakes(it) ? it : []));
		if (areMistakes(next) || areMistakes(ofRules)) {
			return refuse(mistakesText(mistakes));
		}
		const plan = services.plan(next);
		if (isRefusal(plan)) {
			return plan;
		}
		const all = [...plan, ...ofRules.actions];
		if (isDry) {
			return all;
		}
		const refused = await services.reload(next, plan);
		if (refused === undefined) {
			await ofRules.carryOut();
			batch.add('config.reloaded', '-', fieldsOf(all));
		}
		return refused ?? all;
	}
}

/** All on one line, for a reply. */
function mistakesText(mistakes: readonly Mistake[]): string {
	const more = mistakes.length - toldMost;
	const told = mistakes.slice(0, toldMost).map(formatMistake);
	return [...told, ...(more > 0 ? [`and ${more} more: archond --check lists all`] : [])].join('; ');
}

/** How many of each action but those that keep something. */
function fieldsOf(plan: readonly Action[]): string[] {
	const counts = new Map<string, number>();
	for (const { action } of plan) {
		counts.set(action, (counts.get(action) ?? 0) + 1);
	}
	counts.delete('keep');
	return Array.from(counts, ([action, count]) => `${action}=${count}`);
}
