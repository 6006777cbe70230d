import { isRefusal, type Refusal } from '../../base/refusal.ts';
import type { Cgroups } from '../cgroups.ts';
import type { Entry } from '../entry.ts';
import { described, newEntry } from '../new-entry.ts';
import type { Table } from '../table.ts';
import { type Page, serviceOf } from './page.ts';

export type RestorePorts = {
	readonly table: Table;
	readonly cgroups: Cgroups | Refusal;
};

/** An entry that is as its page says, but for its process. */
export type Restored = { readonly entry: Entry; readonly page: Page };

/**
 * Makes of the entries of the configuration, which are in the table, and of those that requests had made what a daemon that
 * died knew of them. Nothing is started, ended or told.
 */
export function restore(ports: RestorePorts, pages: Iterable<Page>): Restored[] {
	const of = (page: Page) => (page.overlap === undefined ? undefined : ports.table.get(page.overlap.of));
	// Those beside another come after it, and not at all where that is not there any more.
	const all = [...pages].sort((a, b) => Number(a.overlap !== undefined) - Number(b.overlap !== undefined));
	return all.flatMap((page) => {
		const isAlone = page.overlap !== undefined && of(page) === undefined;
		const entry = isAlone ? undefined : (ports.table.get(page.name) ?? made(page));
		if (entry === undefined) {
			return [];
		}
		entry.seat = page.seat ?? entry.name;
		const { life, last, remark, said, degraded, health, cause, request, newest, tree } = page;
		Object.assign(entry, { life, last, remark, said, degraded, health, cause, request, newest });
		entry.tree = tree && { ...tree, cgroup: cgroupOf(ports, entry) };
		ports.table.add(entry);
		return [{ entry, page }];
	});
}

/** The control group of what an entry had started. */
export function cgroupOf({ cgroups }: Pick<RestorePorts, 'cgroups'>, { kind, seat }: Entry) {
	return kind === 'daemon' && !isRefusal(cgroups) ? cgroups.found(seat) : undefined;
}

/** One that a request had made; undefined where that is not to be had any more. */
function made(page: Page): Entry | undefined {
	const service = serviceOf(page);
	if (service !== undefined) {
		const { name, instance, isConfigured } = page;
		// A further run is not called as its service is.
		return newEntry(name, 'daemon', { instance, isConfigured, ...described(service) });
	}
	return page.kind === 'daemon' ? undefined : newEntry(page.name, page.kind);
}
