/** A row of `Rules`: `fired` is how often since the daemon started, `last` when (ISO 8601, or `-`), `error` the latest. */
export type RuleRow = {
	readonly file: string;
	readonly rule: string;
	readonly on: string;
	readonly fired: number;
	readonly last: string;
	readonly error: string;
};
