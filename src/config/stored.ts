import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Config } from './config.ts';

/**
 * Keeps a configuration in a file, whole or not at all, so that a daemon that comes up again goes on with what was in
 * force, whatever became of the files meanwhile. Fails as the file system does.
 */
export function storeConfig(path: string, config: Config, version: string): void {
	const draft = `${path}.new`;
	writeFileSync(Buffer.from(draft, 'latin1'), JSON.stringify({ version, config }, kept), { mode: 0o600 });
	renameSync(Buffer.from(draft, 'latin1'), Buffer.from(path, 'latin1'));
}

/** What was stored by this version; undefined where there is nothing of the kind. */
export function storedConfig(path: string, version: string): Config | undefined {
	try {
		const stored = JSON.parse(readFileSync(Buffer.from(path, 'latin1'), 'utf8'), restored);
		return stored?.version === version ? stored.config : undefined;
	} catch {
		return undefined;
	}
}

/** What JSON has no word for: maps and no limit. (node:v8 could write them, but to load it alone takes 15 ms.) */
function kept(_key: string, value: unknown): unknown {
	if (value instanceof Map) {
		return { '<map>': [...value] };
	}
	return value === Number.POSITIVE_INFINITY ? { '<infinity>': true } : value;
}

function restored(_key: string, value: unknown): unknown {
	if (typeof value !== 'object' || value === null) {
		return value;
	}
	if ('<map>' in value && Array.isArray(value['<map>'])) {
		return new Map(value['<map>']);
	}
	return '<infinity>' in value ? Number.POSITIVE_INFINITY : value;
}
