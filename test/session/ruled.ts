import { Archon, temporary } from '../archon.ts';
import { ask } from './ask.ts';

/** An archon with this configuration and one rule file, which is in force. */
export async function ruled(toml: string, lua: string, directory = temporary()): Promise<Archon> {
	const archon = await Archon.configured(toml, directory, { 'rules.lua': lua });
	// A Reload replies when the rules are in force.
	const reply = await ask(archon, 'Reload');
	if (reply !== 'Ok') {
		throw new Error(reply);
	}
	return archon;
}

/** A service that runs `sh -c script`. */
export function service(name: string, script: string, ...keys: string[]): string {
	return [`[service.${name}]`, `run = ["sh", "-c", ${JSON.stringify(script)}]`, ...keys, ''].join('\n');
}

/** One that only runs. */
export function sleeping(name: string, ...keys: string[]): string {
	return service(name, 'exec sleep 60', ...keys);
}

/** The value of a field of an event. */
export function fieldOf(event: readonly string[], key: string): string | undefined {
	return event.find((it) => it.startsWith(`${key}=`))?.slice(key.length + 1);
}
