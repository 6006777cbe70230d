import { join } from 'node:path';
import { toBytes } from '../base/to-bytes.ts';
import type { Config } from './config.ts';
import type { Ports } from './load.ts';
import { areMistakes, formatMistake, type Mistake } from './mistake.ts';
import { isNamed, type Settings } from './settings.ts';
import { storeConfig, storedConfig } from './stored.ts';

type Tell = (line: string) => void;

type OpeningPorts = {
	readonly isLater: boolean;
	readonly version: string;
	readonly tell: Tell;
	/** For a configuration that is read. */
	readonly look: () => Ports;
};

/** What the files say now, and as process 1 what runs before all of it; or what is wrong with them. */
export async function readConfig(
	{ config, init }: Settings,
	ports: Ports,
): Promise<Config | readonly Mistake[]> {
	// Loaded only here: a daemon that takes over reads no files.
	const { loadConfig } = await import('./load.ts');
	const read = await loadConfig(config.value, isNamed(config), ports);
	if (init === undefined || areMistakes(read)) {
		return read;
	}
	const [{ withBootUnit }, { checkForeground }] = [
		await import('./boot-unit.ts'),
		await import('./foreground.ts'),
	];
	const whole = withBootUnit(read, init.rc);
	const wrong = areMistakes(whole) ? whole : checkForeground(whole, init.foreground);
	return wrong.length > 0 ? wrong : whole;
}

/**
 * The configuration that a daemon starts with. The first one reads the files, and a mistake in them keeps it from
 * starting (undefined). A later one goes on with what was in force: nobody has asked for a `Reload`, and processes
 * live on it; only where that is not to be had it reads the files too. `isKept`: `keepConfig` has kept it already.
 */
export async function openConfig(
	settings: Settings,
	{ isLater, version, tell, look }: OpeningPorts,
): Promise<{ readonly config: Config; readonly isKept: boolean } | undefined> {
	const stored = isLater ? storedConfig(storeIn(settings), version) : undefined;
	if (stored !== undefined) {
		return { config: stored.config, isKept: stored.isCurrent };
	}
	const read = await readConfig(settings, look());
	if (!areMistakes(read)) {
		return { config: read, isKept: false };
	}
	for (const mistake of read) {
		tell(formatMistake(mistake));
	}
	return undefined;
}

/** Keeps the configuration that comes into force for a daemon that comes after. That it cannot is told, and no more. */
export function keepConfig(settings: Settings, version: string, config: Config, tell: Tell): void {
	try {
		storeConfig(storeIn(settings), config, version);
	} catch (error) {
		tell(`cannot keep the configuration in force: ${(error as Error).message}`);
	}
}

/** Where it is kept, latin1. */
export function storeIn({ stateDir }: Settings): string {
	return toBytes(join(stateDir.value, 'config'));
}
