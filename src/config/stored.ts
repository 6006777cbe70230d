import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type Alike, apart, together } from '../base/alike.ts';
import { fromJson, toJson } from '../base/json.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import type { Service } from '../service/service.ts';
import type { Config } from './config.ts';

/**
 * The format of what is stored, which grows when an older archon could not read it any more: in 1 the services and their
 * origins are as they are in a `Config`.
 */
const format = 2;

/**
 * Keeps a configuration in a file, whole or not at all, so that a daemon that comes up again goes on with what was in
 * force, whatever became of the files meanwhile. Fails as the file system does.
 */
export function storeConfig(path: string, config: Config, version: string): void {
	const draft = `${path}.new`;
	const { services, origins, ...plain } = config;
	// A text in a text: only who asks for `Config` needs it.
	const rest: Rest = { services: apart(services.values()), origins: toJson(origins) };
	const text = toJson({ format, version, config: plain, ...rest });
	writeFileSync(Buffer.from(draft, 'latin1'), text, { mode: 0o600 });
	renameSync(Buffer.from(draft, 'latin1'), Buffer.from(path, 'latin1'));
}

/**
 * What was stored, by this archon or an older one; undefined where there is nothing of the kind. `isCurrent`: that version
 * would store it as it is.
 */
export function storedConfig(
	path: string,
	version: string,
): { readonly config: Config; readonly isCurrent: boolean } | undefined {
	const stored = read(path);
	if (stored === undefined || stored.format > format) {
		return undefined;
	}
	return { config: configOf(stored), isCurrent: stored.format === format && stored.version === version };
}

/** Why what is stored cannot be read: a newer archon has written it. */
export function newerConfig(path: string): Refusal | undefined {
	const stored = read(path);
	return stored !== undefined && stored.format > format
		? refuse(`${path} is of format ${stored.format}, this archon reads up to ${format}`)
		: undefined;
}

function read(path: string): Stored | undefined {
	try {
		const stored = fromJson(readFileSync(Buffer.from(path, 'latin1'), 'utf8')) as Stored;
		return typeof stored?.format === 'number' ? stored : undefined;
	} catch {
		return undefined;
	}
}

type Stored = { readonly format: number; readonly version: string } & (
	| ({ readonly config: Omit<Config, 'services' | 'origins'> } & Rest)
	| { readonly config: Config }
);

type Rest = { readonly services: Alike<Service>; readonly origins: string };

function configOf(stored: Stored): Config {
	if (!('services' in stored)) {
		return stored.config;
	}
	let origins: Config['origins'] | undefined;
	return {
		...stored.config,
		services: new Map(together(stored.services).map((it) => [it.name, it])),
		get origins() {
			origins ??= fromJson(stored.origins) as Config['origins'];
			return origins;
		},
	};
}
