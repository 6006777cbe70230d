/** Columns of replies, and keys of events, that count something: numbers where they look like one. */
export const numberColumns = [
	'seq',
	'pid',
	'ppid',
	'uptime',
	'restarts',
	'depth',
	'processes',
	'rss',
	'cpu',
	'fds',
	'port',
	'fired',
	'backlog',
	'start',
	'exit',
	'cause',
	'attempt',
	'left',
] as const;

/** Columns of somebody's own words: a `-` there is a `-`, in any other it means that there is nothing. */
export const wordColumns = ['line', 'command', 'value'] as const;

/** A value of a reply in a program: what `archonctl --json` shows as well. */
export type Cell = string | number | null;

/** What a value, its escapes undone, means in the column of that name. */
export function cellOf(column: string, value: string): Cell {
	if (numbers.has(column) && isNumber(value)) {
		return Number(value);
	}
	return value === '-' && !words.has(column) ? null : value;
}

/** As JSON spells a number, without an exponent, and exact in a double. */
function isNumber(value: string): boolean {
	return /^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$/.test(value);
}

const numbers: ReadonlySet<string> = new Set(numberColumns);
const words: ReadonlySet<string> = new Set(wordColumns);
