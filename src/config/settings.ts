/** A setting of the command line, and whence: `--socket`, `ARCHON_SOCKET` or `default`. */
export type Setting = { readonly value: string; readonly source: string };

/** What the keeper settled before there was a daemon. Paths are absolute, as Node has them. */
export type Settings = {
	readonly socket: Setting;
	readonly stateDir: Setting;
	readonly logDir: Setting;
	readonly config: Setting;
	readonly rules: Setting;
	/** Undefined: the file says. */
	readonly logLevel: Setting | undefined;
	/** The program of the keeper. */
	readonly keeper: string;
	/** Undefined: archond is not process 1. */
	readonly init?: Init | undefined;
};

/** What archond was told as process 1. */
export type Init = {
	/** The program that runs before every service; undefined: there is none. */
	readonly rc: Setting | undefined;
	/** The service whose end is the end of all. */
	readonly foreground: string | undefined;
	/** archond was started on a terminal, which that service gets. */
	readonly hasTerminal: boolean;
};

/** The options that the keeper gives the daemon (native/archond_arguments.c), by their names. */
export const settingOptions = [
	'socket',
	'state-dir',
	'log-dir',
	'config',
	'rules',
	'log-level',
	'sources',
	'keeper',
	'init',
	'rc',
	'foreground',
	'stdin',
] as const;

/** Reads what the keeper gave; undefined when something is missing: somebody else has started the daemon. */
export function settingsOf(given: Readonly<Record<string, unknown>>): Settings | undefined {
	const sources = new Map(
		String(given['sources'] ?? '')
			.split(',')
			.map((it) => it.split('=') as [string, string]),
	);
	const setting = (option: string): Setting | undefined => {
		const value = given[option];
		return typeof value === 'string' ? { value, source: sources.get(option) ?? 'default' } : undefined;
	};
	const [socket, stateDir, logDir] = [setting('socket'), setting('state-dir'), setting('log-dir')];
	const [config, rules] = [setting('config'), setting('rules')];
	const init =
		setting('init') === undefined
			? undefined
			: {
					rc: setting('rc'),
					foreground: setting('foreground')?.value,
					hasTerminal: setting('stdin')?.value === 'terminal',
				};
	return socket && stateDir && logDir && config && rules
		? {
				socket,
				stateDir,
				logDir,
				config,
				rules,
				logLevel: setting('log-level'),
				init,
				keeper: setting('keeper')?.value ?? '',
			}
		: undefined;
}

/** Whether somebody named it, so that it has to be there. */
export function isNamed({ source }: Setting): boolean {
	return source !== 'default';
}
