import { nearest } from '../base/nearest.ts';
import { shown } from '../base/shown.ts';
import { toBytes } from '../base/to-bytes.ts';
import type { Config } from './config.ts';
import type { Mistake } from './mistake.ts';

/** What is wrong with the service whose end is to be the end of all, if one is. */
export function checkForeground({ services }: Config, name: string | undefined): readonly Mistake[] {
	const text = name === undefined ? undefined : problemOf(name, services);
	return text === undefined ? [] : [{ file: '--foreground', line: 0, key: '', text }];
}

function problemOf(name: string, services: Config['services']): string | undefined {
	const service = services.get(name);
	if (service === undefined) {
		const near = nearest(name, services.keys());
		return `there is no service ${shown(toBytes(name))}${near === undefined ? '' : `, did you mean "${near}"?`}`;
	}
	if (service.instances > 1) {
		return `${shown(name)} has ${service.instances} instances, and only one can have the exit code`;
	}
	if (service.manual) {
		return `${shown(name)} is manual, so nothing would start it`;
	}
	if (service.timer !== undefined) {
		return `${shown(name)} is started at its times, so it never ends for good`;
	}
	return service.ready.tag === 'log'
		? `${shown(name)} is ready by a line of its log, and in the foreground it writes none`
		: undefined;
}
