import type { Group, Service } from '../service/service.ts';
import type { Config } from './config.ts';
import { draftOf } from './draft.ts';
import type { Key } from './key.ts';
import { daemonKeys, groupKeys } from './keys-daemon.ts';
import { serviceKeys } from './keys-service.ts';
import { joinKey } from './mistake.ts';
import { showToml } from './print.ts';
import { processNames } from './processes.ts';

/** What `Reload` does about a service (or one of its instances), a group, a key of `[daemon]` or a rule file. */
export type Action = {
	readonly action: 'start' | 'stop' | 'restart' | 'change' | 'keep' | 'later';
	readonly kind: 'service' | 'group' | 'daemon' | 'rules';
	readonly name: string;
	/** Readable; names of keys, never values of the environment. */
	readonly detail: string;
	/** The keys it is about: those that changed, and for a `restart` those that need it. */
	readonly keys: readonly string[];
};

/** The names of keys that differ between two services: those that change in place, and those that need a restart. */
export type Difference = { readonly inPlace: readonly string[]; readonly restart: readonly string[] };

/** What leads from one configuration to the other, by name. Equal configurations: all `keep`. */
export function diff(before: Config, after: Config): Action[] {
	const services = union(before.services, after.services).flatMap((name) =>
		serviceActions(name, before.services.get(name), after.services.get(name)),
	);
	const groups = union(before.groups, after.groups).map((name) =>
		groupAction(name, before.groups.get(name), after.groups.get(name)),
	);
	return [...[...services, ...groups].sort(byName), ...daemonActions(before, after)];
}

/** How two services differ; their names and numbers of instances are not looked at. */
export function difference(before: Service, after: Service): Difference {
	const [one, other] = [draftOf(before), draftOf(after)];
	const inPlace: string[] = [];
	const restart: string[] = [];
	for (const key of serviceKeys) {
		if (key.name !== 'instances' && !key.isSame(one, other)) {
			(key.change === 'in-place' ? inPlace : restart).push(...changedNames(key, one, other));
		}
	}
	return { inPlace, restart };
}

/** With another number of instances those that stay are told one by one. */
function serviceActions(name: string, before: Service | undefined, after: Service | undefined): Action[] {
	const kind = 'service';
	if (after === undefined) {
		return [{ action: 'stop', kind, name, detail: 'no longer in the file', keys: [] }];
	}
	if (before === undefined) {
		const detail = after.manual ? 'new, manual: not started' : 'new';
		return [{ action: after.manual ? 'change' : 'start', kind, name, detail, keys: [] }];
	}
	const { inPlace, restart } = difference(before, after);
	const keys = restart.length > 0 ? restart : inPlace;
	const stay = {
		action: restart.length > 0 ? 'restart' : inPlace.length > 0 ? 'change' : 'keep',
		kind,
		detail: keys.length === 0 ? '' : `${keys.join(', ')} changed`,
		keys,
	} as const;
	if (before.instances === after.instances) {
		return [{ ...stay, name }];
	}
	const [old, now] = [processNames(name, before.instances), processNames(name, after.instances)];
	const detail = `instances ${before.instances} to ${after.instances}`;
	const move = (action: 'start' | 'stop') => (process: string) =>
		({ action, kind, name: process, detail, keys: ['instances'] }) as const;
	const isOld = new Set(old);
	const isNow = new Set(now);
	return [
		...old.filter((it) => !isNow.has(it)).map(move('stop')),
		...old.filter((it) => isNow.has(it)).map((it) => ({ ...stay, name: it })),
		...now.filter((it) => !isOld.has(it)).map(move('start')),
	];
}

function groupAction(name: string, before: Group | undefined, after: Group | undefined): Action {
	const kind = 'group';
	if (before === undefined || after === undefined) {
		const detail = before === undefined ? 'new' : 'no longer in the file';
		return { action: 'change', kind, name, detail, keys: [] };
	}
	const keys = groupKeys.filter((key) => !key.isSame(before, after)).map((key) => key.name);
	return keys.length === 0
		? { action: 'keep', kind, name, detail: '', keys }
		: { action: 'change', kind, name, detail: `${keys.join(', ')} changed`, keys };
}

function daemonActions(before: Config, after: Config): Action[] {
	const changed = daemonKeys.filter((key) => !key.isSame(before.daemon, after.daemon));
	return changed.map((key) => ({
		action: key.change === 'later' ? 'later' : 'change',
		kind: 'daemon',
		name: `daemon.${key.name}`,
		detail: `${showToml(key.write(before.daemon) ?? '-')} to ${showToml(key.write(after.daemon) ?? '-')}`,
		keys: [key.name],
	}));
}

/** Of a table of any keys those entries that differ: `env.PORT`. */
function changedNames<D>(key: Key<D>, before: D, after: D): string[] {
	if (key.entries === undefined) {
		return [key.name];
	}
	const [one, other] = [key.entries.of(before), key.entries.of(after)];
	return union(one, other)
		.filter((entry) => one.get(entry) !== other.get(entry))
		.map((entry) => `${key.name}.${joinKey(entry)}`);
}

function union(one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): string[] {
	return [...new Set([...one.keys(), ...other.keys()])];
}

function byName(one: Action, other: Action): number {
	return one.name < other.name ? -1 : one.name > other.name ? 1 : 0;
}
