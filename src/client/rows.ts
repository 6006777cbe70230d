/* Generated from the request registry (src/requests) by npm run docs. */

/** A row of `Impact`. */
export interface ImpactRow {
	readonly action: string;
	readonly name: string;
	readonly why: string;
}

/** A row of `Config`. */
export interface ConfigRow {
	readonly key: string;
	readonly value: string;
	readonly source: string;
}

/** A row of `Reload`. */
export interface ReloadRow {
	readonly action: string;
	readonly name: string;
	readonly detail: string;
}

/** A row of `Status`. */
export interface StatusRow {
	readonly name: string;
	readonly kind: string;
	readonly state: string;
	readonly pid: number | null;
	readonly uptime: number | null;
	readonly restarts: number;
	readonly last: string | null;
	readonly reason: string;
}

/** A row of `Usage`. */
export interface UsageRow {
	readonly name: string;
	readonly processes: number;
	readonly rss: number;
	readonly cpu: number;
	readonly fds: number;
}

/** A row of `Tree`. */
export interface TreeRow {
	readonly depth: number;
	readonly pid: number;
	readonly ppid: number;
	readonly name: string | null;
	readonly state: string | null;
	readonly command: string;
}

/** A row of `Sockets`. */
export interface SocketsRow {
	readonly address: string;
	readonly name: string;
	readonly backlog: number | null;
	readonly last: string | null;
}

/** A row of `AllocatePort`. */
export interface AllocatePortRow {
	readonly port: number;
	readonly holder: string;
}

/** A row of `Why`. */
export interface WhyRow {
	readonly name: string;
	readonly sentence: string;
}

/** A row of `Save`. */
export interface SaveRow {
	readonly line: string;
}

/** A row of `Logs`. */
export interface LogsRow {
	readonly name: string;
	readonly time: string;
	readonly stream: string;
	readonly line: string;
}

/** A row of `Rules`. */
export interface RulesRow {
	readonly file: string | null;
	readonly rule: string | null;
	readonly on: string | null;
	readonly fired: number;
	readonly last: string | null;
	readonly error: string;
}

/** A row of `Version`. */
export interface VersionRow {
	readonly name: string;
	readonly version: string;
}

/** A row of `Help`. */
export interface HelpRow {
	readonly request: string;
	readonly synopsis: string;
	readonly what: string;
}
