import type { FieldOf } from '../events/fields.ts';
import type { Assembled } from '../supervisor/assembled.ts';
import { type Story, untold } from '../supervisor/book/book.ts';
import { type Restored, restore } from '../supervisor/book/restore.ts';
import type { Entry } from '../supervisor/entry.ts';
import type { Down } from '../supervisor/graph/standing.ts';
import { Recovery } from '../supervisor/recover.ts';
import type { Services } from '../supervisor/services.ts';
import type { Ground } from './ground.ts';
import { report } from './report.ts';
import type { Serving } from './serving.ts';

/**
 * Makes the entries of the configuration, and those that the daemon before had written down what they were: these are returned.
 * `how`: fields of the event that tells of the daemon.
 */
export function recall(
	{ isLater, journal, bus, batch, cgroups }: Ground,
	parts: Assembled,
	services: Services,
	{
		story,
		how,
	}: { readonly story: Story; readonly how: readonly FieldOf<'daemon.started' | 'daemon.recovered'>[] },
): readonly Restored[] {
	const { ports, table } = parts;
	const { orders } = parts.supervisor;
	let back: readonly Restored[] = [];
	// What the daemon before had written down and did not live to tell.
	bus.publish(untold(story, journal.newest));
	batch.add(isLater ? 'daemon.recovered' : 'daemon.started', '-', how);
	services.make(new Set(story.more?.removed), () => {
		back = restore({ ...parts, cgroups }, story.pages.values());
		// Before groups are made: one whose members are about to be stopped is not ready.
		orders.restore(downsOf(back));
		orders.groups.restore(story.more?.orders.groups);
	});
	ports.settle((name) => table.get(name));
	orders.dependencies.restore(story.more?.orders.edges ?? []);
	return back;
}

/** What gives the entries that are back their processes. */
export function recoveryOf(
	{ native, ledger, journal, channel, cgroups }: Ground,
	parts: Assembled,
	listen: Serving['listen'],
	back: readonly Restored[],
): Recovery {
	const { supervisor } = parts;
	return new Recovery(
		{
			...parts,
			native,
			ledger,
			journal,
			channel,
			cgroups,
			orders: supervisor.orders,
			foreign: supervisor.foreign,
			forget: (entry) => supervisor.forget(entry),
			reserve: (conn) => listen.reserve(conn),
			release: (conn) => listen.release(conn),
			goesOnAlone: (entry) => supervisor.programs.goesOnAlone(entry),
			onFault: report,
		},
		back,
	);
}

/** What was to become of them. */
function downsOf(back: readonly Restored[]): ReadonlyMap<Entry, Down> {
	return new Map(
		back.flatMap(({ entry, page: { down } }) => (down === undefined ? [] : [[entry, down] as const])),
	);
}
