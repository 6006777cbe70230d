import { fromJson, toJson } from '../../base/json.ts';
import type { Again } from '../../native/addon.ts';
import type { Phase } from '../../process/overlap.ts';
import type { End, Kind, Life } from '../../process/state.ts';
import type { Service } from '../../service/service.ts';
import type { Entry } from '../entry.ts';
import type { Down } from '../graph/standing.ts';
import type { KnownHealth } from '../health/known-health.ts';
import type { ToldOrders } from '../orders.ts';

/**
 * What a daemon that comes up after another has died has to know of an entry and finds nowhere else. Data only; times are
 * milliseconds since 1970.
 */
export type Page = {
	readonly name: string;
	readonly kind: Kind;
	readonly instance: number;
	readonly isConfigured: boolean;
	/** As `toJson` writes it; of a service of the configuration that has it already. */
	readonly service?: string | undefined;
	readonly life: Life;
	readonly last?: End | undefined;
	readonly remark: string;
	readonly said: string;
	readonly degraded?: string | undefined;
	readonly health?: KnownHealth | undefined;
	/** The number of the event because of which something is being done with it. */
	readonly cause?: number | undefined;
	/** The number of the request that made it. */
	readonly request?: number | undefined;
	/** When its timer is to fire; 0 where none is set. */
	readonly due: number;
	readonly down?: Down | undefined;
	/** When a timer of its service fires next. */
	readonly fires?: number | undefined;
	/** Whose further run it is, by name. */
	readonly furtherOf?: string | undefined;
	readonly process?: Running | undefined;
	/** The number of its newest start: a later one in the ledger was begun in a turn that was not written down. */
	readonly newest: number;
	/** It is to have its first process, and what asked for it has no answer yet. */
	readonly isUnborn?: boolean | undefined;
	/** What the things of its process are called, where that is not its name. */
	readonly seat?: string | undefined;
	/** It is the second process of that entry's service. */
	readonly overlap?: { readonly of: string; readonly phase: Phase } | undefined;
	/** The start whose processes are being looked for. */
	readonly tree?: { readonly pid: number; readonly start: number } | undefined;
};

/** What others know of an entry. */
export type Beyond = Pick<Page, 'down' | 'fires' | 'furtherOf'>;

/** What is to be known beyond the entries. */
export type More = {
	readonly orders: ToldOrders;
	/** Services of the configuration that were removed by request. */
	readonly removed: readonly string[];
};

/** Of whom a request was asked that outlives the daemon, and when, milliseconds since 1970. */
export type Begun = { readonly names: readonly string[]; readonly at: number };

export type Running = {
	readonly pid: number;
	readonly slot: number;
	readonly start: number;
	readonly since: number;
	readonly executed: boolean;
	readonly again?: Again | undefined;
};

/** What is to be known of an entry now; `beyond` is what others know of it. */
export function pageOf(entry: Entry, beyond: Beyond): Page {
	const { process: main, tree, overlap } = entry;
	return {
		name: entry.name,
		kind: entry.kind,
		instance: entry.instance,
		isConfigured: entry.isConfigured,
		life: entry.life,
		last: entry.last,
		remark: entry.remark,
		said: entry.said,
		degraded: entry.degraded,
		health: entry.health,
		cause: entry.cause,
		request: entry.request,
		due: entry.timer === undefined ? 0 : entry.due,
		newest: entry.newest,
		...beyond,
		process: main && {
			pid: main.pid,
			slot: main.slot,
			start: main.start,
			since: main.since,
			executed: main.executed,
			again: main.again,
		},
		tree: tree && { pid: tree.pid, start: tree.start },
		...(entry.seat === entry.name ? {} : { seat: entry.seat }),
		...(overlap?.beside === entry ? { overlap: { of: overlap.of.name, phase: overlap.phase } } : {}),
	};
}

/** A run that nobody has interfered with is in the ledger as it is. */
export function isWorthAPage({ kind, life: { state } }: Entry): boolean {
	return kind !== 'run' || state.tag === 'stopping' || state.tag === 'paused';
}

export function serviceText(service: Service): string {
	return toJson(service);
}

export function serviceOf({ service }: Page): Service | undefined {
	return service === undefined ? undefined : (fromJson(service) as Service);
}
