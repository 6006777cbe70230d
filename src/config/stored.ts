import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fromJson, toJson } from '../base/json.ts';
import type { Config } from './config.ts';

/**
 * Keeps a configuration in a file, whole or not at all, so that a daemon that comes up again goes on with what was in
 * force, whatever became of the files meanwhile. Fails as the file system does.
 */
export function storeConfig(path: string, config: Config, version: string): void {
	const draft = `${path}.new`;
	writeFileSync(Buffer.from(draft, 'latin1'), toJson({ version, config }), { mode: 0o600 });
	renameSync(Buffer.from(draft, 'latin1'), Buffer.from(path, 'latin1'));
}

/** What was stored by this version; undefined where there is nothing of the kind. */
export function storedConfig(path: string, version: string): Config | undefined {
	try {
		const stored = fromJson(readFileSync(Buffer.from(path, 'latin1'), 'utf8')) as Stored;
		return stored?.version === version ? stored.config : undefined;
	} catch {
		return undefined;
	}
}

type Stored = { readonly version: string; readonly config: Config } | undefined;
