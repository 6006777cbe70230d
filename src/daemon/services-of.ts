import { keepConfig } from '../config/opening.ts';
import type { Assembled } from '../supervisor/assembled.ts';
import { isProcessDue } from '../supervisor/overlap-of.ts';
import { Services } from '../supervisor/services.ts';
import type { Ground } from './ground.ts';
import { report } from './report.ts';

/** The services of the configuration, brought up and down by the supervisor. `inForce`: another one is in force. */
export function servicesOf(
	{ settings, version, config, isKept, batch }: Ground,
	parts: Assembled,
	inForce: () => void,
): Services {
	const { supervisor } = parts;
	let kept = isKept ? config : undefined;
	return new Services(
		{
			...parts,
			start: (entries, left) => supervisor.orders.boot(entries, left),
			stop: (entries) => supervisor.orders.stop(entries),
			restart: (entries, left) => void supervisor.orders.restart(entries, left),
			isLeaving: (entry) => supervisor.orders.downOf(entry) !== undefined || isProcessDue(entry),
			graph: ({ services, groups }) =>
				supervisor.orders.dependencies.configured([...services.values()], [...groups.values()]),
			arrange: (of) => supervisor.arrange(of),
			inForce,
			written: (then) => batch.after(then),
			store(next) {
				if (next !== kept) {
					kept = next;
					keepConfig(settings, version, next, report);
				}
			},
			changed: parts.amended,
			forget: (entry) => supervisor.forget(entry),
		},
		config,
	);
}
