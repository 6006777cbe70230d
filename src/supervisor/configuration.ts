import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import { steady } from '../base/steady.ts';
import type { Config } from '../config/config.ts';
import type { Asked } from '../config/daemon-service.ts';
import type { Action } from '../config/diff.ts';
import { asked } from '../config/disk.ts';
import { areMistakes, formatMistake, type Mistake } from '../config/mistake.ts';
import { type Row, rows } from '../config/rows.ts';
import type { Settings } from '../config/settings.ts';
import type { Batch } from '../events/batch.ts';
import type { FieldOf } from '../events/fields.ts';
import type { Service } from '../service/service.ts';
import type { Services } from './services.ts';

export type ConfigurationPorts = {
	readonly settings: Settings;
	readonly services: Services;
	readonly batch: Batch;
	readonly read: () => Promise<Config | readonly Mistake[]>;
	/** What a Reload does about what is not in these files (rules), if anything, or why it can do nothing. */
	readonly planFurther?: () => Promise<FurtherPlan | readonly Mistake[]>;
	/** Everything was read anew, and is in force. */
	readonly reloaded?: () => Promise<void>;
	/** What of that has not been answered for so many milliseconds, by its path. */
	readonly unanswered?: (patience: number) => string | undefined;
	/** See `patience`. */
	readonly patience?: number;
};

/** Rows of a plan, and doing what they say. */
export type FurtherPlan = { readonly actions: readonly Action[]; readonly carryOut: () => Promise<void> };

/** Of more mistakes at once the first are told and the rest counted: an `Error` is one readable line. */
const toldMost = 5;

/** How long a file may take to be read, milliseconds. */
const patience = 10_000;
/** How often it is looked whether one takes longer: so long a `Reload` waits for what hung in one before. */
const pause = 1000;

const advice = 'mend what it is on or unmount it (umount -f), then reload again';

type Read = readonly [Config | readonly Mistake[], FurtherPlan | readonly Mistake[]];
type Reading = { readonly done: Promise<Read>; readonly since: number };

/** The configuration in force, as requests see it. */
export class Configuration {
	readonly #ports: ConfigurationPorts;
	/** Reloads come one after another. */
	#turn: Promise<unknown> = Promise.resolve();
	/** What is being read: never more than one, because each that hangs keeps one of Node's few threads. */
	#reading: Reading | undefined;

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
		const { services, batch } = this.#ports;
		const read = await this.#readAnew();
		if (isRefusal(read)) {
			return read;
		}
		const [next, further] = read;
		if (areMistakes(next) || areMistakes(further)) {
			return refuse(mistakesText([next, further].filter(areMistakes).flat()));
		}
		const planned = services.plan(next);
		if (isRefusal(planned)) {
			return planned;
		}
		const plan = [...planned, ...further.actions];
		if (isDry) {
			return plan;
		}
		const refused = await services.reload(next, planned);
		if (refused !== undefined) {
			return refused;
		}
		await further.carryOut();
		await this.#ports.reloaded?.();
		batch.add('config.reloaded', '-', fieldsOf(plan));
		return plan;
	}

	async #readAnew(): Promise<Read | Refusal> {
		if (this.#reading !== undefined) {
			const before = await this.#answered(this.#reading);
			if (isRefusal(before)) {
				return before;
			}
		}
		const done = this.#read().finally(() => {
			this.#reading = undefined;
		});
		this.#reading = { done, since: steady() };
		return await this.#answered(this.#reading);
	}

	/** What was read; or that something is not answered. */
	async #answered({ done, since }: Reading): Promise<Read | Refusal> {
		const bound = this.#ports.patience ?? patience;
		for (;;) {
			const read = await within(done, Math.min(pause, bound));
			if (read !== undefined) {
				return read;
			}
			const isLate = steady() - since >= bound;
			const path = isLate ? (asked.unanswered(bound) ?? this.#ports.unanswered?.(bound)) : undefined;
			if (path !== undefined) {
				return refuse(`${path}: no answer within ${bound / 1000} s: ${advice}`);
			}
		}
	}

	async #read(): Promise<Read> {
		const { read, planFurther = planNothing } = this.#ports;
		return [await read(), await planFurther()];
	}
}

/** Undefined: not in so many milliseconds. */
async function within<T>(done: Promise<T>, bound: number): Promise<T | undefined> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<undefined>((resolve) => {
		timer = setTimeout(() => resolve(undefined), bound);
	});
	return await Promise.race([late, done]).finally(() => clearTimeout(timer));
}

async function planNothing(): Promise<FurtherPlan> {
	return { actions: [], carryOut: async () => {} };
}

/** All on one line, for a reply. */
function mistakesText(mistakes: readonly Mistake[]): string {
	const more = mistakes.length - toldMost;
	const told = mistakes.slice(0, toldMost).map(formatMistake);
	return [...told, ...(more > 0 ? [`and ${more} more: archond --check lists all`] : [])].join('; ');
}

/** How many of each action but those that keep something. */
function fieldsOf(plan: readonly Action[]): FieldOf<'config.reloaded'>[] {
	const counts = new Map<Exclude<Action['action'], 'keep'>, number>();
	for (const { action } of plan) {
		if (action !== 'keep') {
			counts.set(action, (counts.get(action) ?? 0) + 1);
		}
	}
	return Array.from(counts, ([action, count]) => `${action}=${count}` as const);
}
