import { toBytes } from '../base/to-bytes.ts';
import { plainService } from '../service/defaults.ts';
import type { Service } from '../service/service.ts';
import type { Config } from './config.ts';
import type { Mistake } from './mistake.ts';
import { isNamed, type Setting } from './settings.ts';

/** The name of what runs before everything else when archond is process 1. */
const unit = 'rc';

/**
 * The configuration as process 1 has it: every service comes after the one called `rc`, but for what that one needs
 * itself. It is the file's, else a oneshot that runs `program`; without either there is none. `after` alone, so that a
 * boot script that fails holds nobody up, and nobody who is started later runs it again.
 */
export function withBootUnit(config: Config, program: Setting | undefined): Config | readonly Mistake[] {
	const own = config.services.get(unit);
	if (program !== undefined && (own === undefined || isNamed(program))) {
		return own !== undefined || config.groups.has(unit)
			? [taken(program, own === undefined ? 'group' : 'service')]
			: { ...config, services: behind(new Map([[unit, script(program)], ...config.services])) };
	}
	return own === undefined ? config : { ...config, services: behind(config.services) };
}

/** What a boot script starts and leaves behind goes on, as under any init. */
function script({ value }: Setting): Service {
	return {
		...plainService,
		name: unit,
		run: [toBytes(value)],
		startTimeout: undefined,
		restart: 'never',
		oneshot: true,
		sweeps: false,
	};
}

function behind(services: ReadonlyMap<string, Service>): ReadonlyMap<string, Service> {
	const before = neededBy(unit, services);
	return new Map(
		Array.from(services, ([name, service]) => [
			name,
			before.has(name) || service.after.includes(unit)
				? service
				: { ...service, after: [...service.after, unit] },
		]),
	);
}

/** A service and all that it comes after. */
function neededBy(name: string, services: ReadonlyMap<string, Service>): ReadonlySet<string> {
	const found = new Set([name]);
	for (const each of found) {
		const { requires = [], wants = [], after = [] } = services.get(each) ?? {};
		for (const other of [...requires, ...wants, ...after]) {
			found.add(other);
		}
	}
	return found;
}

function taken({ value, source }: Setting, kind: 'group' | 'service'): Mistake {
	const what = isNamed({ value, source }) ? source : toBytes(value);
	return {
		file: what,
		line: 0,
		key: '',
		text: `it runs as the service "${unit}", and the configuration has a ${kind} of that name`,
	};
}
