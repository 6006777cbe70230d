import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unescapeText } from '../../src/protocol/escape.ts';
import { Framer } from '../../src/protocol/frame.ts';
import { joinRecord } from '../../src/protocol/join.ts';
import { formatRecord, parseRecord } from '../../src/protocol/record.ts';

const bytes = fc.array(fc.constantFrom('a', ',', '"', '\n', '\r', ' ', '\\', '\xff', '\xc3\xa9', '=', ''));
const fields = fc.array(
	bytes.map((parts) => parts.join('')),
	{ minLength: 1, maxLength: 6 },
);

/** What the other side makes of a record. */
function received(record: string): unknown {
	const framer = new Framer();
	framer.push(`${record}\n`);
	const frame = framer.next();
	expect(framer.next() ?? framer.end()).toBeUndefined();
	return frame?.tag === 'record' ? parseRecord(frame.text, frame.quoted) : frame;
}

test('fields stand between commas, blanks and empty ones included', () => {
	expect(parseRecord('a, b ,,', false)).toEqual(['a', ' b ', '', '']);
	expect(parseRecord('Ping', false)).toEqual(['Ping']);
});

test('a quoted field holds commas, line breaks and doubled quotes', () => {
	expect(parseRecord('Run,"sh,-c,""echo\r\na""","",b\r', true)).toEqual([
		'Run',
		'sh,-c,"echo\r\na"',
		'',
		'b\r',
	]);
	expect(parseRecord('""', true)).toEqual(['']);
});

test('bytes that are no ASCII come out as they went in', () => {
	expect(parseRecord('"\xff\xc3\xa9",\xef\xbb\xbf', true)).toEqual(['\xff\xc3\xa9', '\xef\xbb\xbf']);
	expect(parseRecord('\xef\xbb\xbf"a"', true)).toHaveProperty('refused');
});

test('a record that breaks the quoting is refused with a readable reason', () => {
	expect(parseRecord('a,b"c', true)).toEqual({
		refused: expect.stringContaining('a quote stands inside a field'),
	});
	expect(parseRecord('"a"b', true)).toEqual({ refused: expect.stringContaining('behind a closing quote') });
	expect(parseRecord('a,"b', true)).toEqual({ refused: 'a quote is opened and not closed' });
	expect(parseRecord('"a"\nb', true)).toEqual({ refused: 'a line break stands outside quotes' });
});

test('every record that the framer takes for good can be parsed', () => {
	const unit = fc.constantFrom('a', ',', '"', '\n', '\r', '","', ',"', '""');
	fc.assert(
		fc.property(fc.string({ unit, maxLength: 16 }), (text) => {
			const framer = new Framer();
			framer.push(`${text}\n`);
			for (let frame = framer.next(); frame !== undefined; frame = framer.next()) {
				if (frame.tag === 'record') {
					expect(Array.isArray(parseRecord(frame.text, frame.quoted)), frame.text).toBe(true);
				}
			}
		}),
		{ numRuns: 3000 },
	);
});

test('requests may hold any bytes but NUL: they arrive byte for byte', () => {
	fc.assert(
		fc.property(fields, (given) => {
			expect(received(joinRecord(given))).toEqual(given);
		}),
		{ numRuns: 1000 },
	);
});

test('a reply record is always one line of ASCII, and undoing it gives the bytes back', () => {
	fc.assert(
		fc.property(fields, (given) => {
			const record = formatRecord(given);
			expect(record).toMatch(/^[ -~]+$/);
			expect((received(record) as string[]).map(unescapeText)).toEqual(given);
		}),
		{ numRuns: 1000 },
	);
});

test('only fields that need quotes get them', () => {
	expect(formatRecord(['Row', 'a b', 'a,b', 'say "a"', '', 'a\nb', 'a\\b'])).toBe(
		'Row,a b,"a,b","say ""a""",,a\\u{a}b,a\\\\b',
	);
	expect(joinRecord(['a\nb', '\r'])).toBe('"a\nb","\r"');
	expect(joinRecord([''])).toBe('""');
});
