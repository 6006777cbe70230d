import { formatRecord } from './record.ts';

/** Done as asked. */
export const okReply = 'Ok\n';

/** Not done; the reason is one readable line. */
export function errorReply(reason: string): string {
	return line(['Error', reason]);
}

/** The most that the kernel takes as one piece; the keeper has no room for more (keeper_channel.c). */
export const longestReply = 32_768;

/** A reason that would not fit is cut: what it begins with says what was wrong. */
export function boundedError(reason: string): string {
	let [text, length] = [errorReply(reason), reason.length];
	while (text.length > longestReply) {
		length = Math.floor((length * longestReply) / text.length) - 4;
		text = errorReply(`${reason.slice(0, length)} ...`);
	}
	return text;
}

/** The result of a `Run`. */
export function exitStatusReply(code: number): string {
	return `ExitStatus,${code}\n`;
}

/** What the values of the rows that follow are called. */
export function columnsReply(names: readonly string[]): string {
	return line(['Columns', ...names]);
}

/** One row of data. */
export function rowReply(values: readonly (string | number)[]): string {
	return line(['Row', ...values.map(String)]);
}

function line(fields: readonly string[]): string {
	return `${formatRecord(fields)}\n`;
}
