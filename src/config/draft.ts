import { plainService } from '../service/defaults.ts';
import type { Check, Group, Service, Timer } from '../service/service.ts';

/** What the keys of a service say, each with a place of its own: `serviceOf` makes a `Service` of it. */
export type Draft = Omit<Service, 'name' | 'probe' | 'timer'> & {
	readonly probe: {
		readonly check: Check | undefined;
		readonly every: number;
		readonly timeout: number;
		readonly failures: number;
	};
	readonly timer: {
		readonly every: number | undefined;
		readonly cron: string | undefined;
		readonly timezone: string;
		readonly overlap: boolean;
	};
	/** Absolute. */
	readonly envFiles: readonly string[];
};

/** What the keys of a group say. */
export type GroupDraft = Omit<Group, 'name'>;

/** What holds where neither a service nor `[defaults]` says anything. */
export const plainDraft: Draft = {
	...plainService,
	run: [],
	startTimeout: undefined,
	envFiles: [],
	probe: { check: undefined, every: 10_000, timeout: 2000, failures: 3 },
	timer: { every: undefined, cron: undefined, timezone: 'UTC', overlap: false },
};

export const plainGroup: GroupDraft = {
	members: [],
	strategy: 'one_for_one',
	intensity: { restarts: 5, within: 60_000 },
};

/** Where nothing says how long a start may take: a oneshot takes as long as it takes. */
export function withStartTimeout(draft: Draft): Draft {
	return draft.startTimeout !== undefined || draft.oneshot
		? draft
		: { ...draft, startTimeout: plainService.startTimeout };
}

/** The service of that name; `envFiles` are to be in `env` already. */
export function serviceOf(name: string, draft: Draft): Service {
	const { envFiles: _, probe, timer, ...same } = draft;
	const { check, every, timeout, failures } = probe;
	return {
		name,
		...same,
		probe: check === undefined ? undefined : { check, every, timeout, failures },
		timer: timerOf(timer),
	};
}

/** The draft that makes this service. */
export function draftOf(service: Service): Draft {
	const { name: _, probe, timer, ...same } = service;
	return {
		...same,
		envFiles: [],
		probe: probe ?? plainDraft.probe,
		timer: {
			every: timer?.tag === 'every' ? timer.every : undefined,
			cron: timer?.tag === 'cron' ? timer.cron : undefined,
			timezone: timer?.tag === 'cron' ? timer.timezone : plainDraft.timer.timezone,
			overlap: timer?.overlap ?? plainDraft.timer.overlap,
		},
	};
}

function timerOf({ every, cron, timezone, overlap }: Draft['timer']): Timer | undefined {
	if (cron !== undefined) {
		return { tag: 'cron', cron, timezone, overlap };
	}
	return every === undefined ? undefined : { tag: 'every', every, overlap };
}
