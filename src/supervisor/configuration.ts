import { answerPatience } from '../base/asked.ts';
import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import { steady } from '../base/steady.ts';
import type { Config } from '../config/config.ts';
import type { Asked } from '../config/daemon-service.ts';
import type { Action } from '../config/diff.ts';
import { adviceOnHanging, unanswered } from '../config/disk.ts';
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
	/** How long a file may take to be read, milliseconds. */
	readonly patience?: number;
};

/** Rows of a plan, and doing what they say. */
export type FurtherPlan = { readonly actions: readonly Action[]; readonly carryOut: () => Promise<void> };

/** Of more mistakes at once the first are told and the rest counted: an `Error` is one readable line. */
const toldMost = 5;

/** How often it is looked whether one takes longer, milliseconds: so long a `Reload` waits for what hung in one before. */
const pause = 1000;

/** How many may hang: each keeps one of Node's few threads. */
const mostHanging = 2;

/** Of a Reload: the services are as they are in the files now, and the rules will be once their folder answers. */
export type RulesLate = Refusal & { readonly isPartly: true };

type Read = readonly [Config | readonly Mistake[], FurtherPlan | readonly Mistake[]];
/** What the disk is asked for. */
type Asking<T> = { readonly done: Promise<T>; readonly since: number };

/** The configuration in force, as requests see it. */
export class Configuration {
	readonly #ports: ConfigurationPorts;
	/** Reloads come one after another. */
	#turn: Promise<unknown> = Promise.resolve();
	/** What the disk has not answered: besides the one under way those that a Reload before has given up, oldest first. */
	readonly #open = new Set<Asking<unknown>>();

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

	async #reload(isDry: boolean): Promise<readonly Action[] | Refusal | RulesLate> {
		const { services } = this.#ports;
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
		const late = await this.#ask(() => this.#finish(further, plan));
		return late === undefined
			? plan
			: { ...refuse(`the services are reloaded, the rules not yet: ${late.refused}`), isPartly: true };
	}

	/** Reads rules anew, which may hang as what was read before: a stop of a service may have been between them. */
	async #finish(further: FurtherPlan, plan: readonly Action[]): Promise<undefined> {
		await further.carryOut();
		await this.#ports.reloaded?.();
		this.#ports.batch.add('config.reloaded', '-', fieldsOf(plan));
	}

	async #readAnew(): Promise<Read | Refusal> {
		const [oldest] = this.#open;
		const before = oldest && this.#open.size >= mostHanging ? await this.#answered(oldest) : undefined;
		return isRefusal(before) ? before : await this.#ask(() => this.#read());
	}

	async #ask<T>(act: () => Promise<T>): Promise<T | Refusal> {
		const since = steady();
		const done = act().finally(() => this.#open.delete(asking));
		const asking = { done, since };
		this.#open.add(asking);
		return await this.#answered(asking);
	}

	/** What it comes to; or that something is not answered. */
	async #answered<T>({ done, since }: Asking<T>): Promise<T | Refusal> {
		const bound = this.#ports.patience ?? answerPatience;
		const outcome = done.then((value) => ({ value }));
		for (;;) {
			const known = await within(outcome, Math.min(pause, bound));
			if (known !== undefined) {
				return known.value;
			}
			const isLate = steady() - since >= bound;
			const path = isLate ? (unanswered(bound, since) ?? this.#ports.unanswered?.(bound)) : undefined;
			if (path !== undefined) {
				return refuse(`${path}: no answer within ${bound / 1000} s: ${adviceOnHanging}`);
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
