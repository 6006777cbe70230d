/** One record of a log file; `line` is latin1, one char per byte, and has no line break. */
export type LogLine = {
	/** ISO 8601 UTC with milliseconds, so that texts compare as times do. */
	readonly time: string;
	readonly stream: LogStream;
	readonly line: string;
};

export type LogStream = 'stdout' | 'stderr' | 'archon';

/** `<time> <o|e|a> ` and a line of at most 64 KiB: STAMP_SIZE and LINE_MOST in native/log.h. */
const stampChars = 27;
export const mostChars = stampChars + 65_536;

const streams = new Map<string, LogStream>([
	[' o ', 'stdout'],
	[' e ', 'stderr'],
	[' a ', 'archon'],
]);

/** Reads a record without its line break; undefined for what archon-log does not write. */
export function parseRecord(record: string): LogLine | undefined {
	const stream = streams.get(record.slice(24, stampChars));
	return stream !== undefined && record[23] === 'Z' && record.length <= mostChars
		? { time: record.slice(0, 24), stream, line: record.slice(stampChars) }
		: undefined;
}
