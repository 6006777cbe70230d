import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatArgs, parseArgs } from '../../src/protocol/args.ts';

test('<args> is one field that itself holds a CSV record: the argument vector', () => {
	expect(parseArgs('ls')).toEqual(['ls']);
	expect(parseArgs('ls,-l')).toEqual(['ls', '-l']);
	expect(parseArgs('printf,,a, b ')).toEqual(['printf', '', 'a', ' b ']);
});

test('an argument with a comma is quoted inside', () => {
	expect(parseArgs('sh,-c,"echo a, b"')).toEqual(['sh', '-c', 'echo a, b']);
	expect(parseArgs('sh,-c,"echo ""a""\necho b"')).toEqual(['sh', '-c', 'echo "a"\necho b']);
});

test('a \\r in an argument is data, at its end too', () => {
	expect(parseArgs('printf,a\r')).toEqual(['printf', 'a\r']);
	expect(parseArgs('printf,"a",b\r')).toEqual(['printf', 'a', 'b\r']);
});

test('<args> may end in the line break of its record', () => {
	expect(parseArgs('ls,-l\n')).toEqual(['ls', '-l']);
	expect(parseArgs('ls,"-l"\r\n')).toEqual(['ls', '-l']);
});

test('an <args> that holds more than one CSV record is refused', () => {
	expect(parseArgs('ls,-l\ncat')).toEqual({ refused: expect.stringContaining('more than one CSV record') });
	expect(parseArgs('ls\n"cat"\n')).toEqual({ refused: expect.stringContaining('more than one CSV record') });
	expect(parseArgs('ls\n"')).toEqual({ refused: expect.stringContaining('more than one CSV record') });
});

test('an <args> that breaks the quoting is refused with what is wrong in it', () => {
	expect(parseArgs('sh,a"b"')).toEqual({ refused: expect.stringContaining('a quote stands inside a field') });
	expect(parseArgs('sh,"a"b')).toEqual({
		refused: expect.stringContaining('text stands behind a closing quote'),
	});
	for (const open of ['sh,"a', 'sh,"a\n', '"']) {
		expect(parseArgs(open), open).toEqual({
			refused: expect.stringContaining('a quote is opened and not closed'),
		});
	}
});

test('an empty program is refused', () => {
	for (const empty of ['', '""', ',a', '"",a']) {
		expect(parseArgs(empty), empty).toEqual({ refused: expect.stringContaining('the program is empty') });
	}
	expect(parseArgs('\n')).toEqual({ refused: expect.stringContaining('empty line') });
});

test('arguments that were written are read as the same, whatever bytes they hold', () => {
	const unit = fc.constantFrom('a', ',', '"', '\n', '\r', ' ', '\\', '\xff', '=');
	const argument = fc.string({ unit, maxLength: 10 });
	fc.assert(
		fc.property(argument, fc.array(argument, { maxLength: 5 }), (rest, more) => {
			const args = [`p${rest}`, ...more];
			expect(parseArgs(formatArgs(args))).toEqual(args);
		}),
		{ numRuns: 1000 },
	);
});
