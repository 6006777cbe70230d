import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Accounts } from '../../src/config/check-accounts.ts';
import type { Config } from '../../src/config/config.ts';
import { looksAt } from '../../src/config/directories.ts';
import { loadConfig, type Ports } from '../../src/config/load.ts';
import { areMistakes, formatMistake } from '../../src/config/mistake.ts';
import type { Service } from '../../src/service/service.ts';

/** A system with the users root and www and the groups root and ops. */
const accounts: Accounts = {
	isNoUser: async (name) => !['root', 'www'].includes(name),
	isNoGroup: async (name) => !['root', 'ops'].includes(name),
};

export const ports: Ports = { accounts, looksAt };

/** A folder with these files, gone when the test has finished. */
export function folder(files: Readonly<Record<string, string | Uint8Array>>): string {
	const directory = mkdtempSync(`${tmpdir()}/archon-config-`);
	onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
	for (const [name, content] of Object.entries(files)) {
		mkdirSync(dirname(join(directory, name)), { recursive: true });
		writeFileSync(join(directory, name), content);
	}
	return directory;
}

/** What `archon.toml` of these files, or this text, is loaded as. */
export async function loaded(files: Readonly<Record<string, string>> | string): Promise<Config> {
	const directory = folder(typeof files === 'string' ? { 'archon.toml': files } : files);
	const result = await loadConfig(`${directory}/archon.toml`, true, ports);
	if (areMistakes(result)) {
		throw new Error(result.map(formatMistake).join('\n'));
	}
	return result;
}

/** The only service of a file that says this of it. */
export async function service(keys: string, before = ''): Promise<Service> {
	const { services } = await loaded(`${before}\n[service.web]\nrun = ["web"]\n${keys}`);
	const found = services.get('web');
	if (found === undefined) {
		throw new Error('there is no service web');
	}
	return found;
}

/** The mistakes of these files, one a line; paths as from their folder. */
export async function mistakes(
	files: Readonly<Record<string, string | Uint8Array>> | string,
): Promise<string[]> {
	const directory = folder(typeof files === 'string' ? { 'archon.toml': files } : files);
	const result = await loadConfig(`${directory}/archon.toml`, true, ports);
	return areMistakes(result) ? result.map((it) => formatMistake(it).replaceAll(`${directory}/`, '')) : [];
}
