import { userInfo } from 'node:os';

/** What to start and with what: every string is latin1, a character per byte. */
export type Launch = {
	readonly args: readonly string[];
	readonly env: ReadonlyMap<string, string>;
	readonly directory: string;
	/** Descriptors that came with the request: standard input, output, error and perhaps a directory; or none. */
	readonly fds: readonly number[];
};

/** The strings of a start in the form that native `spawn` takes. */
export type Block = {
	readonly block: Buffer;
	readonly candidates: number;
	readonly argc: number;
	readonly envc: number;
	/** Which setting is `LISTEN_PID`, whose value the child writes. */
	readonly pidSetting: number | undefined;
};

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Names that archon sets itself; what a request says of them is dropped. */
const reserved = /^(?:ARCHON_SERVICE$|NOTIFY_|WATCHDOG_|LISTEN_)/;

/** As much room as native `spawn` wants for a pid. */
const roomForPid = '0000000000';

type Base = {
	readonly env: ReadonlyMap<string, string>;
	/** The same, packed: most starts have no other. */
	readonly settings: string;
};

let ownBase: Base | undefined;

/** Looked up when something is started first, and not by a daemon that takes over what runs. */
function base(): Base {
	if (ownBase === undefined) {
		const env = baseOfUser(user());
		ownBase = { env, settings: settingsOf(env) };
	}
	return ownBase;
}

/** The environment every process starts from, for the user the daemon runs as. */
export function baseEnvironment(): ReadonlyMap<string, string> {
	return base().env;
}

/**
 * Packs a launch; `own` are settings of archon itself, `paths` what to open as stdout and stderr, `of` the environment
 * it starts from.
 */
export function pack(
	launch: Launch,
	own: ReadonlyMap<string, string>,
	paths: readonly [string, string],
	of: ReadonlyMap<string, string> = baseEnvironment(),
): Block {
	const isPlain = launch.env.size === 0 && own.size === 0 && of === baseEnvironment();
	const env = isPlain ? of : environment(of, launch.env, own);
	const settings = isPlain ? base().settings : settingsOf(env);
	const candidates = candidatesOf(launch.args[0] ?? '', env.get('PATH') ?? defaultPath);
	const strings = [...candidates, ...launch.args, settings, launch.directory, paths[0], paths[1], ''];
	return {
		block: Buffer.from(strings.join('\0'), 'latin1'),
		candidates: candidates.length,
		argc: launch.args.length,
		envc: env.size,
		pidSetting: own.has('LISTEN_PID') ? [...env.keys()].indexOf('LISTEN_PID') : undefined,
	};
}

/** The environment every process of a user starts from. */
export function baseOfUser({ username, homedir, shell }: User): Map<string, string> {
	return new Map([
		['PATH', defaultPath],
		['LANG', 'C.UTF-8'],
		['HOME', homedir],
		['USER', username],
		['LOGNAME', username],
		['SHELL', shell || '/bin/sh'],
	]);
}

function settingsOf(env: ReadonlyMap<string, string>): string {
	return Array.from(env, ([key, value]) => `${key}=${value}`).join('\0');
}

function environment(
	base: ReadonlyMap<string, string>,
	asked: ReadonlyMap<string, string>,
	own: ReadonlyMap<string, string>,
): Map<string, string> {
	const env = new Map(base);
	for (const [key, value] of asked) {
		if (!reserved.test(key)) {
			env.set(key, value);
		}
	}
	for (const [key, value] of own) {
		env.set(key, key === 'LISTEN_PID' ? roomForPid : value);
	}
	return env;
}

/** The paths exec is tried on in turn, as execvp(3) does: no file is looked at here, a stat could hang. */
function candidatesOf(program: string, path: string): string[] {
	if (program.includes('/')) {
		return [program];
	}
	return path.split(':').map((directory) => `${directory === '' ? '.' : directory}/${program}`);
}

type User = { readonly username: string; readonly homedir: string; readonly shell: string | null };

function user(): User {
	try {
		return userInfo();
	} catch {
		// A uid without an entry in passwd(5).
		return { username: String(process.getuid?.() ?? 0), homedir: '/', shell: null };
	}
}
