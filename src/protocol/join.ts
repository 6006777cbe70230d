/** A record of these very bytes, as a request holds them: fields in quotes where RFC 4180 needs it. */
export function joinRecord(fields: readonly string[]): string {
	const [only] = fields;
	return fields.length === 1 && only === '' ? '""' : fields.map(quote).join(',');
}

/**
 * The fields of one record, which may be quoted, without its line break; none for what is no record. For what archon
 * itself has written: csv-parse, which says what is wrong with the others, would take 20 µs for it.
 */
export function splitRecord(record: string): string[] {
	if (!record.includes('"')) {
		return record.split(',');
	}
	const values: string[] = [];
	for (let at = 0; at <= record.length; at = oneField.lastIndex) {
		oneField.lastIndex = at;
		const [whole, quoted, plain = ''] = oneField.exec(record) ?? [];
		if (whole === undefined) {
			return [];
		}
		values.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
		if (!whole.endsWith(',')) {
			return values;
		}
	}
	return values;
}

const oneField = /(?:"([^"]*(?:""[^"]*)*)"|([^",]*))(?:,|$)/y;

function quote(field: string): string {
	return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
