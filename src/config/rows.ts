import { toBytes } from '../base/to-bytes.ts';
import type { Config } from './config.ts';
import { type Draft, draftOf } from './draft.ts';
import type { Key } from './key.ts';
import { daemonKeys, groupKeys } from './keys-daemon.ts';
import { serviceKeys } from './keys-service.ts';
import { formatPlace, joinKey } from './mistake.ts';
import { showToml } from './print.ts';
import type { Places } from './read-table.ts';
import type { Setting, Settings } from './settings.ts';

/** A row of `Config`. `source`: `default`, `FILE:LINE`, `ARCHON_X` or `--x`. */
export type Row = { readonly key: string; readonly value: string; readonly source: string };

/**
 * The configuration in force, in the order of the keys, made as they are taken. A key without a value has `-`, limits
 * without one are left out; values of the environment are secrets and shown as `(set)`.
 */
export function* rows(config: Config, settings: Settings): Generator<Row> {
	const { daemon, defaults, groups, services, origins } = config;
	yield* sorted([
		...settingRows(settings),
		...rowsOf(daemonKeys, daemon, 'daemon', [origins.daemon]).filter(
			({ key }) => key !== 'daemon.log_level' || settings.logLevel === undefined,
		),
	]);
	yield* sorted(rowsOf(serviceKeys.filter(isDefault), defaults, 'defaults', [origins.defaults]));
	for (const [prefix, name] of sortedNames('group', groups)) {
		const group = groups.get(name);
		yield* group === undefined
			? []
			: sorted(rowsOf(groupKeys, group, prefix, placesOf(origins.groups.get(name))));
	}
	for (const [prefix, name] of sortedNames('service', services)) {
		const service = services.get(name);
		const origin = origins.services.get(name);
		if (service !== undefined) {
			const draft: Draft = { ...draftOf(service), envFiles: origin?.envFiles ?? [] };
			yield* sorted(rowsOf(serviceKeys, draft, prefix, [...placesOf(origin?.places), origins.defaults]));
		}
	}
}

function settingRows({ socket, stateDir, logDir, config, rules, logLevel }: Settings): Row[] {
	const named: [string, Setting | undefined][] = [
		['socket', socket],
		['state_dir', stateDir],
		['log_dir', logDir],
		['config', config],
		['rules', rules],
		['log_level', logLevel],
	];
	return named.flatMap(([key, setting]) =>
		setting === undefined
			? []
			: [{ key: `daemon.${key}`, value: toBytes(setting.value), source: setting.source }],
	);
}

function isDefault({ inDefaults }: Key<Draft>): boolean {
	return inDefaults;
}

/** `places`: who says it, the first goes before the others. */
function rowsOf<D>(keys: readonly Key<D>[], draft: D, prefix: string, places: readonly Places[]): Row[] {
	return keys.flatMap((key) => {
		const source = (name: string) => {
			const place = places.find((it) => it.has(name))?.get(name);
			return place === undefined ? 'default' : formatPlace(place);
		};
		if (key.entries !== undefined) {
			const { of, isSecret } = key.entries;
			return Array.from(of(draft), ([entry, value]) => ({
				key: `${prefix}.${key.name}.${joinKey(entry)}`,
				value: isSecret ? '(set)' : value,
				source: source(`${key.name}.${entry}`),
			}));
		}
		const value = key.write(draft);
		const row = {
			key: `${prefix}.${key.name}`,
			value: value === undefined ? '-' : showToml(value),
			source: source(key.name),
		};
		return row.source === 'default' && key.name.startsWith('limits.') ? [] : [row];
	});
}

function placesOf(places: Places | undefined): readonly Places[] {
	return places === undefined ? [] : [places];
}

function sortedNames(kind: string, named: ReadonlyMap<string, unknown>): [prefix: string, name: string][] {
	const all = Array.from(named.keys(), (name): [string, string] => [`${kind}.${joinKey(name)}`, name]);
	return all.sort(([one], [other]) => (`${one}.` < `${other}.` ? -1 : 1));
}

function sorted(all: Row[]): Row[] {
	return all.sort((one, other) => (one.key < other.key ? -1 : 1));
}
