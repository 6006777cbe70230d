import { isName } from '../base/name.ts';
import { checkSockets } from './check-sockets.ts';
import type { Described, Description } from './describe.ts';
import type { Draft } from './draft.ts';
import { joinKey, type Mistake } from './mistake.ts';

/** So many services there may be, each of their instances counted. */
export const mostServices = 10_000;

/** Mistakes of single services that no single key makes. */
export function checkServices({ services, defaults }: Description): Mistake[] {
	const mistakes: Mistake[] = [...checkSockets(services)];
	let count = 0;
	for (const [name, described] of services) {
		mistakes.push(...checkService(name, described));
		count += described.draft.instances;
		if (count > mostServices) {
			const text = `more than ${mostServices} services, their instances counted`;
			mistakes.push({ ...described.place, key: `service.${joinKey(name)}`, text });
			break;
		}
	}
	if (defaults.places.has('every') && defaults.places.has('cron')) {
		mistakes.push({
			...(defaults.places.get('cron') ?? defaults.place),
			key: 'defaults.cron',
			text: everyWithCron,
		});
	}
	return mistakes;
}

const everyWithCron = 'every and cron exclude each other';

function* checkService(name: string, { draft, places, place }: Described<Draft>): Generator<Mistake> {
	const wrong = (key: string, text: string): Mistake => ({
		...(places.get(key) ?? place),
		key: `service.${joinKey(name)}.${key}`,
		text,
	});
	if (!places.has('run')) {
		yield { ...place, key: `service.${joinKey(name)}`, text: 'run is missing: what is to be started' };
	}
	if (draft.oneshot && draft.restart === 'always') {
		const from = places.has('restart') ? '' : ', which [defaults] says';
		yield wrong(
			places.has('oneshot') ? 'oneshot' : 'restart',
			`a oneshot cannot have restart = "always"${from}`,
		);
	}
	if (draft.restartMode === 'overlap' && draft.bind === 'seccomp') {
		const from = places.has('restart_mode') ? '' : ', which [defaults] says';
		yield wrong(
			places.has('restart_mode') ? 'restart_mode' : 'bind',
			`a service with bind = "seccomp" cannot have restart_mode = "overlap"${from}; replace it, or bind = true`,
		);
	}
	if (places.has('every') && places.has('cron')) {
		yield wrong('cron', everyWithCron);
	}
	if (draft.instances > 1 && !isName(`${name}@${draft.instances}`)) {
		yield wrong(
			'instances',
			`the name is too long for instances: ${name}@${draft.instances} has more than 64 characters`,
		);
	}
	const probeKeys = ['probe.every', 'probe.timeout', 'probe.failures'].filter((key) => places.has(key));
	if (probeKeys[0] !== undefined && draft.probe.check === undefined) {
		yield wrong(probeKeys[0], 'there is no probe without probe.check');
	}
}
