import type { Group, Service } from '../service/service.ts';
import type { Draft } from './draft.ts';
import type { DaemonDraft } from './keys-daemon.ts';
import type { Places } from './read-table.ts';

/** The configuration in force: whole, checked, with every default filled in. */
export type Config = {
	readonly daemon: DaemonDraft;
	/** By name, in the order of the files. */
	readonly services: ReadonlyMap<string, Service>;
	readonly groups: ReadonlyMap<string, Group>;
	/** What a service says that says nothing: `[defaults]`, its `env_file` read into `env`. */
	readonly defaults: Draft;
	/** The paths of the files it was read from, latin1. */
	readonly files: readonly string[];
	readonly origins: Origins;
};

/** Where it comes from, for `Config`. */
export type Origins = {
	readonly daemon: Places;
	readonly defaults: Places;
	readonly services: ReadonlyMap<string, Origin>;
	readonly groups: ReadonlyMap<string, Places>;
};
export type Origin = { readonly places: Places; readonly envFiles: readonly string[] };
