/** What archon tells a process through its environment (spec: Environment of a service). */
export type Told = {
	/** As it is called in `Status`. */
	readonly name: string;
	/** Its number, where the service has several instances. */
	readonly instance?: number | undefined;
	/** Path of archon's socket, where the process may speak there (`maySpeak` of identity.ts). */
	readonly socket?: string | undefined;
	/** Path of the socket for its readiness. */
	readonly notify?: string | undefined;
	/** How often it must report at least, milliseconds. */
	readonly watchdog?: number | undefined;
	/** Names of the sockets it gets from descriptor 3 on. */
	readonly listen?: readonly string[] | undefined;
};

/** The settings that nobody overrides. `LISTEN_PID` stands empty: pack (launch.ts) has the child fill it in. */
export function ownSettings(told: Told): Map<string, string> {
	const { name, instance, socket, notify, watchdog, listen = [] } = told;
	const settings = new Map([['ARCHON_SERVICE', name]]);
	const say = (key: string, value: string | undefined) => value !== undefined && settings.set(key, value);
	say('ARCHON_INSTANCE', instance?.toString());
	say('ARCHON_SOCKET', socket);
	say('NOTIFY_SOCKET', notify);
	// sd_watchdog_enabled(3) counts microseconds. Without WATCHDOG_PID any process of the service may report.
	say('WATCHDOG_USEC', watchdog === undefined ? undefined : String(watchdog * 1000));
	if (listen.length > 0) {
		say('LISTEN_FDS', String(listen.length));
		say('LISTEN_PID', '');
		say('LISTEN_FDNAMES', listen.join(':'));
	}
	return settings;
}
