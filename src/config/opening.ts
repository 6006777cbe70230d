import { join } from 'node:path';
import type { Config } from './config.ts';
import { areMistakes, loadConfig } from './load.ts';
import { formatMistake, type Mistake } from './mistake.ts';
import { isNamed, type Settings } from './settings.ts';
import { storeConfig, storedConfig } from './stored.ts';
import { toBytes } from './toml.ts';

/** What the configuration says now, or what is wrong with it. What is right is kept for a daemon that comes after. */
export async function readConfig(
	{ config, stateDir }: Settings,
	version: string,
): Promise<Config | readonly Mistake[]> {
	const read = await loadConfig(config.value, isNamed(config));
	if (!areMistakes(read)) {
		storeConfig(storeIn(stateDir.value), read, version);
	}
	return read;
}

/**
 * The configuration that a daemon starts with. A mistake in the file keeps the first one from starting (undefined); a
 * later one goes on with what was right the last time, for processes live on it.
 */
export async function openConfig(
	settings: Settings,
	version: string,
	{ isLater, tell }: { readonly isLater: boolean; readonly tell: (line: string) => void },
): Promise<Config | undefined> {
	const read = await readConfig(settings, version);
	if (!areMistakes(read)) {
		return read;
	}
	for (const mistake of read) {
		tell(formatMistake(mistake));
	}
	const last = isLater ? storedConfig(storeIn(settings.stateDir.value), version) : undefined;
	if (last !== undefined) {
		tell('the configuration that was in force before stays so');
	}
	return last;
}

function storeIn(stateDir: string): string {
	return toBytes(join(stateDir, 'config'));
}
