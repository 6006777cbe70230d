import type { Config } from './config.ts';
import { daemonKeys } from './keys-daemon.ts';

/** What is in force once another configuration has been read: what waits for the next start stays as it was. */
export function inForce(before: Config, after: Config): Config {
	let { daemon } = after;
	const places = new Map(after.origins.daemon);
	for (const key of daemonKeys.filter(({ change }) => change === 'later')) {
		daemon = { ...daemon, ...key.copy(before.daemon, daemon) };
		const place = before.origins.daemon.get(key.name);
		if (place === undefined) {
			places.delete(key.name);
		} else {
			places.set(key.name, place);
		}
	}
	return { ...after, daemon, origins: { ...after.origins, daemon: places } };
}
