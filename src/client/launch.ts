import { joinRecord } from '../protocol/join.ts';
import { bytesOf, type Text } from './text.ts';

/** How a program is to be run. */
export interface RunOptions {
	/** Variables on top of a clean environment; those that are undefined are left out. */
	readonly env?: { readonly [key: string]: Text | undefined } | undefined;
	/** What it is called; its base name unless said otherwise. */
	readonly name?: string | undefined;
}

/** How a program is to be kept running; the keys of a `[service]` of the same names say more. */
export interface DaemonOptions extends RunOptions {
	/** Where it starts, an absolute path; `/` unless said otherwise. */
	readonly directory?: string | undefined;
	readonly restart?: 'always' | 'on-failure' | 'never' | undefined;
	readonly user?: string | undefined;
	readonly ready?: string | undefined;
}

/** The fields of a `Run` or `StartDaemon`, as bytes. Throws a TypeError for what cannot be said. */
export function launchFields(args: readonly Text[], { env = {}, ...options }: DaemonOptions): string[] {
	if (!Array.isArray(args) || args.length === 0) {
		throw new TypeError("the arguments are a list that begins with the program: ['ls', '-l']");
	}
	const unknown = Object.keys(options).find((key) => !keys.has(key));
	if (unknown !== undefined) {
		throw new TypeError(`there is no option ${unknown}; known are env, ${[...keys].join(', ')}`);
	}
	const settings = Object.entries(options).map(([key, value]) => [`ARCHON_${key.toUpperCase()}`, value]);
	const given = [...Object.entries(env), ...settings].filter(([, value]) => value !== undefined);
	return [
		joinRecord(args.map(bytesOf)),
		...given.map(([key, value]) => `${variable(key as string)}=${bytesOf(value as Text)}`),
	];
}

const keys: ReadonlySet<string> = new Set(['name', 'directory', 'restart', 'user', 'ready']);

function variable(key: string): string {
	if (key === '' || key.includes('=')) {
		throw new TypeError(`${JSON.stringify(key)} cannot be the name of a variable`);
	}
	return bytesOf(key);
}
