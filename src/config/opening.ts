import { join } from 'node:path';
import type { Config } from './config.ts';
import { areMistakes, loadConfig } from './load.ts';
import type { Mistake } from './mistake.ts';
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

/** What was right the last time, for a daemon that comes up again beside a file that is broken by now. */
export function lastConfig({ stateDir }: Settings, version: string): Config | undefined {
	return storedConfig(storeIn(stateDir.value), version);
}

function storeIn(stateDir: string): string {
	return toBytes(join(stateDir, 'config'));
}
