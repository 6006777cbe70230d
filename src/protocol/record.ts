import { CsvError, parse } from 'csv-parse/sync';
import { type Refusal, refuse } from '../base/refusal.ts';
import { escapeText } from './escape.ts';
import { joinRecord } from './join.ts';
import { badBecause } from './quoting.ts';

/** The fields of one record without its line break; `quoted` says whether any of them is in quotes. */
export function parseRecord(text: string, quoted: boolean): string[] | Refusal {
	return quoted ? parseQuoted(text) : text.split(',');
}

/** A record as a reply: one line of ASCII, without its line break (see `escapeText`). */
export function formatRecord(fields: readonly string[]): string {
	return joinRecord(fields.map(escapeText));
}

function parseQuoted(text: string): string[] | Refusal {
	try {
		const records = parse(text, { record_delimiter: ['\n', '\r\n'], relax_column_count: true });
		const [fields] = records;
		return records.length === 1 && fields !== undefined
			? fields
			: refuse('a line break stands outside quotes');
	} catch (error) {
		if (error instanceof CsvError) {
			return refuse(reasons[error.code] ?? error.message);
		}
		throw error;
	}
}

const reasons: Record<string, string> = {
	CSV_QUOTE_NOT_CLOSED: badBecause.open,
	INVALID_OPENING_QUOTE: badBecause.stray,
	CSV_INVALID_CLOSING_QUOTE: badBecause.behind,
};
